"""Words that say nothing of what a text is about, in the languages of most news."""

_LISTS = {
    "en": (
        "a about above after again against ago all also although am among an and another any are "
        "around as at away back be became because been before being below between both but by "
        "came can cannot come could d day days did do does doing don done down due during each "
        "even ever every few first five for former found four from full further get gets getting "
        "go goes going got had has have having he her here hers him his how however i if in into "
        "is it its itself just know last later least less like ll m made make makes many may me "
        "might more most much must my near need never new next no nor not now of off on once one "
        "only or other others our out over own part per put re report reported reportedly reports "
        "s said same saw say says second see seen several shall she should since six so some "
        "still such t take taken than that the their them then there these they this those though "
        "three through time to today told tomorrow too took two under until up upon us use used "
        "ve very via want was way we week well went were what when where whether which while who "
        "whom whose why will with within without won would year years yes yet yesterday you your "
        "monday tuesday wednesday thursday friday saturday sunday according photo image video "
        "read click share news"
    ),
    "de": (
        "aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim "
        "bin bis da damit dann das dass dem den denn der des dessen die dies diese diesem diesen "
        "dieser dieses doch dort durch ein eine einem einen einer eines er es etwa für gegen gibt "
        "habe haben hat hatte hatten hier ihm ihn ihr ihre ihrem ihren ihrer im in ist ja jede "
        "jeder jetzt kann kein keine können man mehr mit muss müssen nach nicht noch nun nur ob "
        "oder ohne schon sein seine seinem seinen seiner seit sich sie sind so soll sollen sowie "
        "über um und uns unter vom von vor war waren was weil wenn wer werden wie wieder will wir "
        "wird worden wurde wurden zu zum zur zwischen jahr jahre jahren sagte uhr"
    ),
    "fr": (
        "à a ai ainsi alors après au aucun aussi autre autres aux avait avant avec avoir c ce "
        "cela ces cet cette ceux chez comme contre d dans de depuis des deux dont du elle elles "
        "en encore entre est et été être eu fait fois il ils j jour jusqu l la le les leur leurs "
        "lors lui m mais même mis moins n ne ni non nos notre nous on ont ou où par pas pendant "
        "peu plus pour près qu quand que qui s sa sans se selon sera ses si son sont sous sur t "
        "tous tout toute toutes très un une vers vos votre vous y ans an"
    ),
    "es": (
        "a al algo ante antes año años así aún cada como con contra cual cuando de del desde "
        "donde dos durante e el ella ellos en entre era eran es esa ese eso esta está están estas "
        "este esto estos fue fueron ha había han hasta hay la las le les lo los más me mi "
        "mientras mismo muy nada ni no nos o otra otras otro otros para pero poco por porque qué "
        "que quien se según ser si sí sin sobre son su sus también tan tanto te tiene tienen todo "
        "todos tras tres tu un una uno unos y ya"
    ),
    "it": (
        "a ad ai al alla alle allo anche ancora anni anno c che chi ci come con contro così cui "
        "da dai dal dalla dalle degli dei del dell della delle dello di dopo dove due e è ed era "
        "essere fa fra gli ha hanno i il in io l la le lei li lo loro lui ma mi molto negli nei "
        "nel nella nelle no noi non o ogni per perché più poi prima quale quando quella quello "
        "questa questo qui se sei si sia sono sta stato su sua sugli sui sul sulla suo suoi tra "
        "tutti tutto un una uno"
    ),
    "pt": (
        "a ao aos as até ano anos com como contra da das de depois do dois dos duas durante e é "
        "ela ele eles em entre era essa esse esta está este eu foi foram há isso já lhe mais mas "
        "me mesmo muito na não nas nem no nos o onde os ou para pela pelas pelo pelos por porque "
        "quando que quem se segundo sem ser seu seus são só sobre sua suas também tem têm toda "
        "todo todos um uma"
    ),
    "nl": (
        "aan al als ook bij dan dat de deze die dit door dus een en er ging had heb hebben heeft "
        "het hij hoe hun ik in is jaar kan maar meer men met naar niet nog nu of om omdat onder "
        "ons ook op over te tegen tot uit van veel voor waar was wat we werd wie wil worden wordt "
        "zal ze zei zich zij zijn zo zou"
    ),
    "ru": (
        "а без более бы был была были было быть в вам вас ведь весь во вот время все всего всех "
        "вы где год года году да даже два для до его ее если есть еще ещё её же за здесь и из или "
        "им их к как какой когда кто ли лет либо между меня мне может мы на над надо нас не него "
        "нее ней нет ни них но ну о об однако он она они оно от очень по под после при про раз с "
        "сам свой своего своей своих себя сейчас со сообщил сообщила сообщает сообщили словам "
        "также так такой там те тем то того тоже той только том тот три ту ты у уже хотя чем "
        "через что чтобы это этого этой этом этот эту эти этих я который которая которые которого "
        "которой которых"
    ),
    "uk": (
        "а але без би був була були було в вже від він вона вони все всі де для до є за з й і із "
        "їх його її як який яка які коли між на над не нас них ні о об окрім по під після при про "
        "року роках рік разом сам свої своїх та так також там те ти то того той тому тільки у "
        "через це цей цього цієї ця ці що щоб я"
    ),
    "pl": (
        "a aby ale bardzo będzie był była było były by być co czy dla do gdy gdzie go i ich ile "
        "im in jak jako je jego jej jest już kiedy kto która które którego której który których "
        "lat lub ma mi może na nad nie nim niż o od on one oraz po pod przed przez przy roku są "
        "się tak także tam tego tej ten to tu tylko tym u w we wszystko z za ze że"
    ),
}


def stop_words() -> dict[str, frozenset[str]]:
    """Return the stop words of each language that has a list, in small letters."""
    return {language: frozenset(words.split()) for language, words in _LISTS.items()}
