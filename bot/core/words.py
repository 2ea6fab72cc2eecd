"""Short words too common to be told from names by their letters alone."""

import functools

_COMMON = """
a able about ace act add adds after again age aged ago aid aids aim aims air ali all also always
am an and ann any app apps apr arab are area arm arms army art arts as ask asks ass at ate aug
aunt away baby back bad bag ball ban band bank bar bars base bat bay be bear beat bed been beer
bell ben best bet bid bids big bill bin bird bit bite black blow blue boat bob body bomb book boom
born boss both bow bowl box boy boys bread break bring brown bug build burn bus buses but buy buys
by cab cake call calm came camp can cap car card care cars case cash cast cat cats cause cell
chair chat check child chip city claim class clean clear close club coal coast coat code cold come
cook cool cop cops copy core corn cost could coup court cover cow crew cried crop cross cry cup
cut cuts dad dam dan dance dark data date dawn day days dead deal dear death debt deck deep did
die died diet dig dim dip dirt do does dog dogs done door dose dot down draw dream dress drew
drink drive drop drug dry dual due dust duty each ear earn ears ease east easy eat edge egg else
end ends enemy enjoy enter era eric eve even ever every eye eyes face fact fail fair fall false
fame fan fans far farm fast fat fate fear fed fee feed feel feet fell felt few field fifth fight
file fill film final find fine fire firm first fish fist fit five fix flag flat flew flow flu fly
fold folk food foot for force form fort four free from front fuel full fun fund gain game gap gas
gate gave gay gear get gets gift gig girl give glad go goal god goes gold gone good got grab grant
gray great green grew grow guard guess gun guns guy guys gym had hair half hall ham han hand hang
hard has hat hate have he head heal hear heart heat held hell help hen her here hero hers hey hi
hid hide high hill him hip hire his hit hits hold hole holy home hope horse host hot hotel hour
house how huge human hurt hut i ian ice idea if ill im in inch inn into iron is isle it its item
ivan jack jail jan jane jean jet jets jim job jobs joe john join joke joy judge jul july jump jun
june jury just kay keen keep ken kept key keys kick kid kids kill kim kind king knee knew knife
know lab lack lady laid lake land lane large last late law laws lay lead leaf lee left leg legs
len lens leo less let lets level lie lies life lift light like line link lip lips list lit live
load loan local lock log long look lord lose loss lost lot lots loud love low luck lunch lung made
mail main make male man many map mar march mark mass match mate max may maybe me meal mean meat
meet men met mia mid mild mile milk mind mine miss mix mob mode model mom month mood moon more
most mouth move much mud mum music must my name nap near neck need net never new news next nice
night nine no nod noise none nor north nose not note nov now nut oak odd of off offer oh oil ok
okay old on once one only onto open or oral order other our ours out oven over own owns pace pack
pact page paid pain pair pan paper par park part party pass past pat path paul pay pays peace peak
pen per pete phone photo pick piece pig pile pilot pin pink pipe pit place plan plane plant play
plea plot plus point pole police poll pool poor pope pork port post pot pound power pray press
price prime print prize pro proof proud prove pub pull pump pure push put puts queen quick quit
quiet quite race radio rage raid rail rain raise ram ran range rank rap rape rare rat rate rates
raw ray reach read ready real rear red rely rent rest rice rich rick ride right ring rip rise risk
river road rob rock rod role roll ron roof room root rope rose roy rule run runs rural rush sad
safe said sail sake sale sally salt sam same san sand sat save saw say says scale scene score sea
seal seat sec see seed seek seem seen self sell send sense sent sep serve set sets seven sex shall
shape share she shed sheet shift ship shoe shoot shop short shot should show shut sick side sign
silk sin since sing sir sit site six size ski skill skin skip sky slave sleep slow small smart
smile smoke snow so soap sock soft soil sold solid some son song soon sort soul sound soup south
space speak speed spend spin split spoke spot staff stage stand star start state stay steal step
stick still stock stone stop store storm story style such sue sugar suit sum sun sure sweet swim
table tail take talk tall tank tap tape task tax taxi tea teach team tear tech ted teen tell ten
tent term test text than thank that the theft their them then there these they thick thin thing
think third this those three throw thus tie tied time tim tin tiny tip tire to today toe told tom
ton tone too took tool top tour town toy track trade train trap tree trial trick trip truck true
trust truth try tube tune turn twice twin two type un uncle under union unit until up upon us use
used user uses usual van vast very via vice video view visit vital voice vote vow wage wait wake
walk wall want war warm wars was wash watch water wave way we weak wear web wed week well went
were west what wheel when where which while white who whole whom whose why wide wife wild will win
wind wine wing wins wire wise wish with woman women won wood word work world worry worse worst
worth would wound write wrong yard yeah year yes yet you young your youth zone
"""


@functools.cache
def common_words() -> frozenset[str]:
    """Return common English words and short given names, two to five letters mostly."""
    return frozenset(_COMMON.split())
