"""Lists that ``_commons`` reads: words common in any news, written down as plain facts of two languages."""

from __future__ import annotations

EMPTY_ENGLISH = """
a an and are as at be been but by for from had has have he her his i in is it its of on or she that the their they this
to was were which who will with said says after not new we you s t d ll re ve m one would there when what more out up
so if no him them than then into could about all also can did do just some these those where while because before over
under between through during how our us your my me am being any each other only own same such too very
"""
"""They say nothing about what a text is about."""

COMMONEST_ENGLISH = """
able about according across added afternoon again against almost along although always america american among another
april area areas around asked attack attacks august back became become behind best better big billion both british
called came case children china chinese city come companies company countries country court day days dead death
december despite died down due during early east eastern eight end even evening ever every expected family february
few fire first five found four friday full get go going good got government great group groups help here high home
house however include included includes including injured january july june killed know large last late later law
leader leaders least left less life like little local long look looks lot made make makes man many march may media
member members men might military million minister monday month months more morning most much must national near
nearly need never news next night nine north northern november now number october off official officials often old
once own part party people per percent photo place police president press public put really report reported reports
right russian said saturday say saying school second security see september service services set seven several should
show shows since six small south southern state statement states still students such sunday system take taken ten
thing things think third though three thursday time times today told tomorrow took top toward towards tuesday two uk
united until us usa use used using various via video want war way wednesday week weeks well went west western whether
within without woman women work working world year years yesterday yet young
"""
"""Found in a tenth or more of all English reports."""

COMMON_ENGLISH = """
accept accepted access accident account accused act action actions active activity actor actress actually add addition
additional address administration admitted adult advance advice affair affairs affected afraid aged agency agent ago
agree agreed agreement ahead aid aim air aircraft airport alleged allegedly allow allowed alone already amid amount
analysis analyst analysts animal announce announced announcement annual answer anyone anything apart apparently appeal
appear appeared approach approved approximately argue argued arm armed arms army arrest arrested arrive arrived art
article artist aside ask asking assault assistant associated association atmosphere attacked attempt attempted attend
attended attention attorney audience author authorities authority available average avoid award awards aware away baby
backs bad ball ban bank banks bans bar base based basic basis battle beach bear beat beats beautiful bed began begin
beginning behavior believe believed belong below benefit benefits beyond bid bill bit black blame blast blaze block
blood blue board boat bodies body bomb bombing book books border born boss bought box boy boys brain break breaking
bridge brief bring broke broken brother brought budget build building buildings built burning burst bus business
businesses busy buy buying call calling calls camera camp campaign candidate candidates cannot capital captain car
care career carried carry cars cases cash cast catch caught cause caused causes ceasefire cell center central centre
century ceremony certain certainly chair chairman challenge chance change changed changes character charge charged
charges check chief child choice choose chose church cities citizen citizens civil civilian civilians claim claimed
claims class clean clear clearly climate close closed club coach coast code cold collapse collapsed collected college
color comes coming command comment comments commission commit committed committee common communications community
compared competition complete completed completely computer concern concerned concerns condition conditions conduct
conducted conference confirm confirmed conflict congress connection consider considered construction contact contain
continue continued continues contract control convicted cooperation corner corporate corruption cost costs could
council county couple course cover coverage covered crash crashed create created crew crime crimes criminal crisis
critical criticism criticized cross crowd cultural culture current currently customers cut cuts daily damage damaged
danger dangerous dark data date daughter deadly deal dealing deals dealt deaths debate debt decade decades decide
decided decision decisions declared declined deep defeat defeated defence defend defendant defense deficit defined
degree delay delayed deliver demand demands democracy democratic demonstration denied deny department depending deputy
described design designed desk destroyed detail details detained detective develop developed developing development
device devices die dies difference different difficult dinner direct direction directly director disaster discovered
discuss discussed discussion disease display dispute distance district division doctor doctors document documents dog
doing dollar dollars domestic doubt downtown draft dramatic draw drive driven driver drivers driving drop dropped drug
drugs earlier earth earthquake easily economic economy edge edition editor education effect effective effects effort
efforts either elected election elections electric electricity electronic else elsewhere email embassy emerged
emergency employee employees employment empty ended ending ends enemy energy enforcement engine engineer english
enough ensure enter entered entire entry environment environmental equipment escape escaped especially estimate
estimated ethnic europe european event events eventually everybody everyone everything evidence exactly example except
exchange executive executives exercise existing expect expects experience expert experts explain explained explosion
express expressed extended extra extreme eye eyes face faced faces facing fact facts fail failed failure fair faith
fall fallen falling falls families famous fans far fast father fear feared fears feature features federal feel feeling
fell felt female field fight fighter fighters fighting figure figures file filed fill film films final finally finance
financial find finding findings fine finish finished fired firefighters fires firm firms fish fit fix flag flames
fleet flight flights floor flow focus follow followed following follows food foot football force forced forces foreign
forest forget form formal former forward foundation founder france free freedom fresh friend friends front fuel fully
fun function fund funding funds funeral further future gained game games gang garden gas gather gathered gave general
generally generation german germany getting girl girls give given gives giving global goal goals god goes gold gone
goods governor grand grant gray green ground grounds grow growing growth guard guards guess guest guide guilty gun
gunman gunmen guns guy guys hails hair half hall hand handed hands happen happened happening happy hard harm hate
having head headed headquarters heads health hear heard hearing heart heat heavy held helicopter hell hello helped
helping helps herself hidden higher highest highly highway hill himself historic history hit hits hold holding holds
hole holiday homes honor hope hopes horse hospital hospitals host hot hotel hour hours household houses housing huge
human humanitarian hundred hundreds hurt husband ice idea ideas identified identify identity illegal image images
immediate immediately impact important imposed impossible improve incident incidents income increase increased
increasing increasingly independence independent india indian indicated individual individuals industrial industry
inflation influence information initial initially injures injuries injury inside instead institute institution
insurance intelligence intended interest interested interests interior internal international internet interview
introduced invasion investigate investigating investigation investigators investment investors involved involving iran
iraq iron island islands israel issue issued issues itself jail japan japanese job jobs join joined joins joint
journal journalist journalists judge judges jump jury just justice keep keeping kept key kid kids kill killer killing
kills kilometers kilometres kind king knew known labor labour lack lady laid lake land language larger largest lasted
latest launch launched laws lawsuit lawyer lawyers lead leadership leading leads league learn learned leave leaves
leaving led legal legislation length lesson let letter letters level levels liberal lie lies light likely limit
limited line lines link list listed listen living loan located location london longer longtime looked looking lose
loses losing loss losses lost love low lower luck lunch machine magazine magnitude mail main mainly maintain major
majority maker making male manage managed management manager mark market markets marriage married mass massive match
matches material matter matters maybe mayor mean meaning means meanwhile measure measures medical medicine meet
meeting meetings meets memory mental mention mentioned message met metal method miles militants mind minor minority
minute minutes mirror missed missile missiles missing mission mistake mobile model modern moment money moral mother
motion motor mountain move moved movement moves movie movies moving multiple murder museum music muslim name named
names narrow nation nations native natural nature navy nearby nears necessary needed needs negotiations neighbor
neighborhood neighbors neither network nice nobody none normal northeast northwest note noted nothing notice nuclear
numbers numerous object obvious obviously occur occurred ocean offer offered offering offers office officer officers
oil older oldest ones online onto open opened opening opens operate operating operation operations operator opinion
opportunity opposed opposite opposition option options order ordered orders organization organizations original
originally others otherwise ought ours outside overall owned owner owners pace pack package page pages paid pain pair
panel paper papers parents paris park parliament particular particularly parties partly partner partners parts pass
passed passenger passengers passing past path patient patients pay paying payment peace penalty perfect perform
performance perhaps period permanent permission person personal personnel phone phones photos physical pick picked
picture pictures piece pieces pilot places plan plane planes planned planning plans plant plants platform play played
player players playing plays plea please pleased plus point pointed points poison policies policy political politician
politicians politics poll polls poor popular population port position positive possible possibly post posted potential
potentially pound pounds power powerful powers practice prepare prepared presence present presented presidential
pressure pretty prevent previous previously price prices prime prince princess prison prisoner prisoners private
probably probe problem problems procedure process produce produced product production products professional professor
profit program programme programs progress project projects promise promised promote proper property proposal proposed
prosecutor prosecutors protect protected protection protest protesters protests proud prove proved provide provided
provides providing province provision published pull pulled purchase purpose push pushed quake quality quarter queen
question questions quick quickly quiet quite quits quote race racing radio rail rain raise raised raising ran range
rate rates rather reach reached reaction read reading ready real reality realize rear reason reasons rebel rebels
receive received recent recently recession recognize recommended record recorded records recovered recovery red reduce
reduced reform refugees refused regarding region regional regions regular regulations related relations relationship
relatively relatives release released relief religious remain remained remaining remains remember remote removed
repeat replace replaced reporter reporters represent representative representatives republic republican request
require required rescue rescued rescuers research researchers reserve residence residents resign resignation resigned
resolution resources respect respond responded response responsibility responsible rest restaurant result resulted
results retail retired return returned returning returns reveal revealed revenue review rich ride rights rise rises
rising risk risks river road roads rock role room rose rough round route row royal rule ruled rules ruling run running
runs rural russia safe safety sale sales sanctions sat save saved saw scandal scene scenes schedule scheduled scheme
schools science scientific scientists score scored sea search season seat seats secret secretary section sector secure
seek seeking seeks seem seemed seems seen select sell selling senate senator send senior sense sent sentence sentenced
separate series serious seriously serve served serving session sets setting settlement severe sex sexual shape share
shared shares sharp shelter ship ships shock shoot shooting shop shore short shot shots shoulder showed showing shown
shut sick side sides sign signed significant signs silence similar simple simply single sister sit site sites sitting
situation size skills slams sleep slow slowly smaller smart smoke social society software sold soldier soldiers solid
solution somebody someone something sometimes somewhat son song soon sort sought sound source sources southeast
southwest space spark sparks speak speaker speaking special specific speech speed spend spending spent spoke spokesman
spokesperson spokeswoman sports spot spread spring staff stage stand standard standards standing star stars start
started starting starts station stations status stay stayed steal step steps stock stocks stood stop stopped store
stores stories storm story straight strategic strategy street streets strength strike strikes strong stronger struck
structure struggle student studies study style subject success successful successfully suddenly suffered suggest
suggested suggests suicide suit summer sun supplies supply support supported supporters supposed supreme sure surface
surgery surprise surprised survey survived survivors suspect suspected suspects suspended suspicion sustained table
taking talk talked talking talks target targeted targets task tax taxes teacher teachers team teams technical
technology teen teenager telephone television tell telling temperature temporary tens tension tensions term terms
terror terrorism terrorist terrorists test testing tests text thank thanks themselves theory therefore thinking
thought thoughts thousand thousands threat threatened threats threw throughout thrown thus ticket tickets tied tight
title together toll tone tonight tools tops total touch tough tour tourists town track trade traditional traffic train
training transfer transport travel traveled treat treated treatment trial tribal tried trip troops trouble truck true
trust truth try trying turn turned turning tv twice type types ultimately unable unclear understand understanding
unemployment union unit units university unknown unless unlikely unusual upon upper urban urged urges useful user
users usual usually valley value values van variety vehicle vehicles version vice victim victims victory view views
village villages violence violent virus visit visited visitors visual vital voice volume volunteers vote voted voters
votes voting vows wage wait waiting walk walked walking wall wanted wants warned warning warns warrant washington
waste watch watched watching water waters ways weak wealth weapon weapons wearing weather web website wedding weekend
weight welcome welfare whatever wheel whenever whereas white whole whom whose wide widely wife wild willing win wind
window winds wine winner winning wins winter wish witness witnesses won wonder word words wore worked worker workers
works worldwide worried worry worse worst worth wounded wounds write writer writing written wrong wrote yard yards
younger youth zone
"""
"""The other words that English news uses all the time."""
