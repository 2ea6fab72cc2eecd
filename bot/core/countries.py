"""What headlines call the countries of the world, where no list of names has it."""

import functools
from dataclasses import dataclass

# code: short forms; seats of government; demonyms
_CURATED = """
US: U.S., US, U.S.A., USA, America, EE.UU., États-Unis, USA; Washington, White House; American
GB: U.K., UK, Britain, Great Britain, England; London, Downing Street; British, Briton
KR: S. Korea, South Korea, Republic of Korea, ROK, 한국; Seoul; South Korean
KP: N. Korea, North Korea, DPRK, 조선; Pyongyang; North Korean
JP: Japan, 日; Tokyo; Japanese
CN: China, PRC, Mainland China; Beijing; Chinese
TW: Taiwan; Taipei; Taiwanese
HK: Hong Kong, HK; ; Hong Konger
RU: Russia, Россия, РФ; Moscow, Kremlin, Москва, Кремль; Russian
UA: Ukraine; Kyiv, Kiev; Ukrainian
DE: Germany, BRD; Berlin; German
FR: France; Paris, Élysée; French
IT: Italy; Rome; Italian
ES: Spain; Madrid; Spanish, Spaniard
PT: Portugal; Lisbon; Portuguese
NL: Netherlands, Holland; The Hague; Dutch
BE: Belgium; Brussels; Belgian
CH: Switzerland; Bern; Swiss
AT: Austria; Vienna; Austrian
SE: Sweden; Stockholm; Swedish, Swede
NO: Norway; Oslo; Norwegian
DK: Denmark; Copenhagen; Danish, Dane
FI: Finland; Helsinki; Finnish, Finn
PL: Poland; Warsaw; Polish
CZ: Czech Republic, Czechia; Prague; Czech
HU: Hungary; Budapest; Hungarian
GR: Greece; Athens; Greek
TR: Turkey, Türkiye; Ankara; Turkish, Turk
IE: Ireland; Dublin; Irish
CA: Canada; Ottawa; Canadian
MX: Mexico; Mexico City; Mexican
BR: Brazil; Brasília; Brazilian
AR: Argentina; Buenos Aires; Argentine, Argentinian
CL: Chile; Santiago; Chilean
CO: Colombia; Bogotá; Colombian
PE: Peru; Lima; Peruvian
VE: Venezuela; Caracas; Venezuelan
CU: Cuba; Havana; Cuban
BO: Bolivia; La Paz; Bolivian
EC: Ecuador; Quito; Ecuadorean
NI: Nicaragua; Managua; Nicaraguan
IN: India; New Delhi; Indian
PK: Pakistan; Islamabad; Pakistani
BD: Bangladesh; Dhaka; Bangladeshi
LK: Sri Lanka; Colombo; Sri Lankan
AF: Afghanistan; Kabul; Afghan
IR: Iran; Tehran; Iranian
IQ: Iraq; Baghdad; Iraqi
IL: Israel; Jerusalem; Israeli
PS: Palestine; Ramallah; Palestinian
SA: Saudi Arabia, KSA; Riyadh; Saudi
AE: United Arab Emirates, U.A.E., UAE, Emirates; Abu Dhabi; Emirati
QA: Qatar; Doha; Qatari
KW: Kuwait; ; Kuwaiti
BH: Bahrain; Manama; Bahraini
EG: Egypt; Cairo; Egyptian
LY: Libya; Tripoli; Libyan
DZ: Algeria; Algiers; Algerian
MA: Morocco; Rabat; Moroccan
SY: Syria; Damascus; Syrian
LB: Lebanon; Beirut; Lebanese
ZA: South Africa, S. Africa; Pretoria; South African
NG: Nigeria; Abuja; Nigerian
KE: Kenya; Nairobi; Kenyan
ET: Ethiopia; Addis Ababa; Ethiopian
AU: Australia; Canberra; Australian
NZ: New Zealand, N.Z., NZ; Wellington; New Zealander
ID: Indonesia; Jakarta; Indonesian
MY: Malaysia; Kuala Lumpur; Malaysian
SG: Singapore; ; Singaporean
TH: Thailand; Bangkok; Thai
VN: Vietnam, Viet Nam; Hanoi; Vietnamese
PH: Philippines; Manila; Philippine, Filipino
CI: Ivory Coast, Côte d’Ivoire; Abidjan; Ivorian
KZ: Kazakhstan; Astana; Kazakh
CY: Cyprus; Nicosia; Cypriot
EU: EU, European Union, E.U., UE, 유럽연합, EC; Brussels; European
UN: U.N., UN, United Nations, ONU, ООН, 유엔, 国連; ; U.N.
DD: West Germany, Federal Republic of Germany, W. Germany; Bonn; West German
SU: Soviet Union, USSR, U.S.S.R.; Moscow, Kremlin; Soviet
"""


@dataclass(frozen=True, slots=True)
class Curated:
    """What a country is called beside its names."""

    names: tuple[str, ...]
    seats: tuple[str, ...]
    demonyms: tuple[str, ...]


@functools.cache
def curated() -> dict[str, Curated]:
    """Return the table by two-letter code; EU and UN among them, DD and SU for old texts."""
    table: dict[str, Curated] = {}
    for line in _CURATED.strip().splitlines():
        code, _, rest = line.partition(": ")
        names, seats, demonyms = (
            tuple(dict.fromkeys(word.strip() for word in part.split(",") if word.strip()))
            for part in rest.split(";")
        )
        table[code] = Curated(names, seats, demonyms)
    return table
