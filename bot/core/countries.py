"""What headlines call the countries of the world, where no list of names has it."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

# code: other names; what says less surely that the country is meant: its seat of government, its
# people. `es+pt:` goes before names that only these languages have. Left out are names that are
# common words or first names too (Polish, Dane, Finn), and codes that are (MAC, GEO, HUN Sen).
_CURATED = """
US: U.S., US, U.S.A., USA, United States, es:EE.UU., es:EEUU, pt:EUA, fr:États-Unis, ru:США,
  ja:米国, ar:أمريكا; White House, Washington, America, American, ru:Вашингтон, ru:Белый дом
GB: U.K., UK, Britain, Great Britain, United Kingdom, fr:Grande-Bretagne, de:Großbritannien,
  es:Gran Bretaña, ru:Британия, ja:英国; Downing Street, London, British, Briton, ru:Лондон
ENG: England, fr:Angleterre, es+pt:Inglaterra, ru:Англия, ja:イングランド, ko:잉글랜드,
  zh:英格兰;
SCT: Scotland, fr:Écosse, es:Escocia, pt:Escócia, de:Schottland, ru:Шотландия,
  ja:スコットランド, ko:스코틀랜드, zh:苏格兰; Holyrood, Edinburgh, Scottish
WLS: Wales, fr:Pays de Galles, es:Gales, ru:Уэльс, ja:ウェールズ, ko:웨일스, zh:威尔士; Cardiff,
  Welsh
NIR: Northern Ireland, N. Ireland, fr:Irlande du Nord, es:Irlanda del Norte, de:Nordirland,
  ru:Северная Ирландия, ja:北アイルランド, ko:북아일랜드, zh:北爱尔兰; Stormont, Belfast,
  Northern Irish
KR: South Korea, S. Korea, Republic of Korea, ROK, ko:한국; Seoul, South Korean
KP: North Korea, N. Korea, DPRK; Pyongyang, North Korean
AMERICA: America, U.S., USA, United States; White House, Washington, American
KOREA: Korea, ROK, ko:한국, es+pt:Corea, fr:Corée, ru:Корея, ja:韓国, zh:韩国; Seoul, Korean
JP: Japan; Tokyo, Japanese
CN: China, PRC, Mainland China; Beijing, Chinese
TW: Taiwan; Taipei, Taiwanese
HK: Hong Kong, HK; Hong Konger
MO: Macau, Macao; Macanese
RU: Russia, ru:Россия, ru:РФ; Kremlin, Moscow, Russian, ru:Кремль, ru:Москва
UA: Ukraine; Kyiv, Kiev, Ukrainian
DE: Germany, de:BRD; Berlin, German
FR: France; Élysée, Paris, French
IT: Italy; Rome, Italian
ES: Spain; Madrid, Spanish, Spaniard
PT: Portugal; Lisbon, Portuguese
NL: Netherlands, Holland; Dutch
BE: Belgium; Belgian
CH: Switzerland; Bern, Swiss
AT: Austria; Vienna, Austrian
SE: Sweden; Stockholm, Swedish
NO: Norway; Oslo, Norwegian
DK: Denmark; Copenhagen, Danish
FI: Finland; Helsinki, Finnish
PL: Poland; Warsaw
CZ: Czech Republic, Czechia; Prague, Czech
HU: Hungary; Budapest, Hungarian
GR: Greece; Athens, Greek
TR: Turkey, Türkiye; Ankara, Turkish
IE: Ireland; Dublin, Irish
BA: Bosnia and Herzegovina, Bosnia; Sarajevo, Bosnian
RS: Serbia; Belgrade, Serbian
XK: Kosovo; Pristina, Kosovar
VA: Vatican, Vatican City, Holy See, es+pt:Vaticano, de:Vatikan, ru:Ватикан; Pope
CA: Canada; Ottawa, Canadian
MX: Mexico; Mexican
BR: Brazil; Brasília, Brazilian
AR: Argentina; Buenos Aires, Argentine, Argentinian
CL: Chile; Santiago, Chilean
CO: Colombia; Bogotá, Colombian
PE: Peru; Peruvian
VE: Venezuela; Caracas, Venezuelan
CU: Cuba; Havana, Cuban
BO: Bolivia; La Paz, Bolivian
EC: Ecuador; Quito, Ecuadorean, Ecuadorian
NI: Nicaragua; Managua, Nicaraguan
IN: India; New Delhi, Indian
PK: Pakistan; Islamabad, Pakistani
BD: Bangladesh; Dhaka, Bangladeshi
LK: Sri Lanka; Colombo, Sri Lankan
MM: Myanmar, Burma; Naypyidaw, Burmese
AF: Afghanistan; Kabul, Afghan
IR: Iran; Tehran, Iranian
IQ: Iraq; Baghdad, Iraqi
IL: Israel; Jerusalem, Israeli
PS: Palestine, Palestinian Territories; Ramallah, Palestinian
GAZA: Gaza, Gaza Strip, es:Franja de Gaza, fr:Bande de Gaza, de:Gazastreifen, ru:Газа, ar:غزة,
  ja:ガザ, ko:가자, zh:加沙; Gazan, Rafah
SA: Saudi Arabia, KSA; Riyadh, Saudi
AE: United Arab Emirates, U.A.E., UAE; Abu Dhabi, Emirati
QA: Qatar; Doha, Qatari
KW: Kuwait; Kuwaiti
BH: Bahrain; Manama, Bahraini
EG: Egypt; Cairo, Egyptian
LY: Libya; Tripoli, Libyan
DZ: Algeria; Algiers, Algerian
MA: Morocco; Rabat, Moroccan
SY: Syria; Damascus, Syrian
LB: Lebanon; Beirut, Lebanese
ZA: South Africa, S. Africa; Pretoria, South African
NG: Nigeria; Abuja, Nigerian
KE: Kenya; Nairobi, Kenyan
ET: Ethiopia; Addis Ababa, Ethiopian
CONGO: Congo; Kinshasa, Brazzaville, Congolese
CD: DR Congo, D.R. Congo, DRC, Democratic Republic of Congo; Kinshasa
CG: Republic of Congo, Congo-Brazzaville; Brazzaville
CI: Ivory Coast, Côte d’Ivoire; Abidjan, Ivorian
AU: Australia; Canberra, Australian
NZ: New Zealand, N.Z., NZ; New Zealander
ID: Indonesia; Jakarta, Indonesian
MY: Malaysia; Kuala Lumpur, Malaysian
SG: Singapore; Singaporean
TH: Thailand; Bangkok, Thai
VN: Vietnam, Viet Nam; Hanoi, Vietnamese
PH: Philippines; Manila, Philippine, Filipino
TL: Timor-Leste, East Timor; Dili
KZ: Kazakhstan; Astana, Kazakh
CY: Cyprus; Nicosia, Cypriot
EU: European Union, EU, E.U., fr+es+pt:UE, ru:Евросоюз, ru:ЕС, ja:欧州連合, ko:유럽연합,
  zh:欧盟; Brussels, ru:Брюссель
UN: United Nations, U.N., UN, fr+es+pt:ONU, ru:ООН, ja:国連, ko:유엔, zh:联合国, id:PBB;
USSR: Soviet Union, USSR, U.S.S.R., ru:СССР; Soviet
"""


class Said(NamedTuple):
    """A name, and the languages that have it; without any, all of them do."""

    name: str
    languages: tuple[str, ...] = ()

    def fits(self, languages: tuple[str, ...]) -> bool:
        """Return whether readers of these languages know the name."""
        return not self.languages or not set(self.languages).isdisjoint(languages)


@dataclass(frozen=True, slots=True)
class Curated:
    """What a country is called beside its names."""

    names: tuple[Said, ...]
    seats_and_people: tuple[Said, ...]


@functools.cache
def curated() -> dict[str, Curated]:
    """Return the table by two-letter code; longer ones are no countries, but named like them."""
    table: dict[str, Curated] = {}
    for line in _CURATED.strip().replace("\n  ", " ").splitlines():
        code, _, rest = line.partition(": ")
        names, _, less_sure = rest.partition(";")
        table[code] = Curated(tuple(_said(names)), tuple(_said(less_sure)))
    return table


def _said(written: str) -> Iterator[Said]:
    for part in filter(None, map(str.strip, written.split(","))):
        languages, colon, name = part.rpartition(":")
        yield Said(name, tuple(languages.split("+")) if colon else ())
