"""Words by which Chinese prose says who speaks: reporting verbs, and what may stand between a speaker and the verb.

All as ``to_simplified`` gives them; ``simplify`` makes a text so, sign by sign, so that places stay.
"""

from __future__ import annotations

import functools
import re

from broadsheet.text.folding import SignTable, to_simplified

_WIDE = dict(zip(",:;?!﹕︰\u3000", "，：；？！：： ", strict=True))


def simplify(text: str) -> str:
    """``text`` in simplified characters, with the signs that part clauses full-width; as long as before."""
    return _table().fold(text)


@functools.cache
def _table() -> SignTable:
    return SignTable(lambda char: _WIDE.get(char) or to_simplified(char))


_TAIL = "(?:说道|说|道|称|指出|表示|指)"
_SPEAKING = (
    "表示|指出|强调|重申|坦言|直言|坦承|承认|否认|透露|补充|解释|回应|警告|呼吁|宣布|声称|宣称|辩称|坚称|回忆|忆述|介绍|批评|抨击|谴责|"
    "指责|质疑|反问|反驳|感叹|感慨|慨叹|抱怨|承诺|保证|断言|预测|提到|谈到|评价|总结|主张|认为|提醒|告诉|披露|表明|阐述|申明|讲述|指称|指控|控诉|"
    "痛批|炮轰|怒斥|讽刺|嘲讽|嘲笑|调侃|评论|写道|写下|留言|誓言|威胁|解说|反映|陈述|作证|供称|诉说|形容|描述|说明|证实|强硬回应|喊话|致辞|转述|引述|建议|"
    "赞扬|称赞|盛赞|赞许|怒批|狠批|力陈|澄清|驳斥|辩解|坦率承认|发言|疾呼|高呼|高喊|大喊|发问|提问|质问|追问|询问|责问|答复|回答|回复|敦促|要求|报道"
)
_BEFORE_SAY = "[小传据听学游演解邪来胡] 可以 应该 就是 句话 比如 例如 老实 坦白 按理"
_SHORT = (
    f"说{''.join(f'(?<!{word}说)' for word in _BEFORE_SAY.split())}(?![法明服话唱客辞教情到])道?(?:过)?",
    "称(?<![名职简俗尊堪号人通戏自昵]称)(?![为号职呼赞霸道得之作做谓])",
    *(f"{sign}道(?<![大强]{sign}道)" for sign in "笑叹问答喊叫骂嚷怒"),
    "喊(?=：)",
    "问(?=：)",
    "答(?=：)",
    "道(?<=[他她]道)(?=：)",
)
VERB = re.compile("|".join([*(f"{word}{_TAIL}?(?![者人书团中会权员家])" for word in _SPEAKING.split("|")), *_SHORT]))
"""A reporting verb, with the word for saying that belongs to it.

Every alternative begins with a plain character, so that a search passes at once over all that begin none.
"""

NOT_GOVERNING = re.compile(
    "(?:呼吁|敦促|要求|建议|赞扬|称赞|盛赞|赞许|回应|反映|介绍|说明|报道|转述|引述|证实|答复|回复|回答|宣布|评价|评论|解释|发言|批评)$"
)
"""Verbs that often take another object: words farther on are theirs only where a comma or colon follows them."""

TRANSITIVE = re.compile("(?:告诉|提醒|警告|质问|追问|询问|责问|敦促|要求|答复|回复|呼吁|转述|证实|问)$")
"""Verbs behind which those spoken to may stand."""

MODAL = re.compile(
    "(?:[将会要应可能想须需欲拟被所受遭未不]|没有|拒绝|打算|希望|无法|值得|继续|喜欢|[常敢总]|总是|常说|多次被|刚刚|得以)$"
)
"""Behind these a verb is not one of speaking now."""

_ADDRESSED = (
    "(?=.{0,14}(?:记者|媒体|社|报|台|网|电视|众|议|国会|委员|法[庭院官]|公司|政府|工人|代表|学生|人|们|院|部|"
    "徒|客|友|民|[A-Z]))"
)
_TIME = (
    "(?:本|上|下|这)?(?:周|星期|礼拜)[一二三四五六日末天]|昨[天日晚早夜晨]|今[天日晚早晨]|前[天日]|去年|今年|"
    "\\d{1,4} ?[年月日号]|"
    "十?[一二三四五六七八九十][月日]|[一二]十[一二三四五六七八九]?日|当[天日晚时]|清早|早上|上午|中午|下午|傍晚|晚上|晚间|凌晨|深夜|日前|近日|"
    "早前|此前|稍早|稍后|随后|随即|之后|事后|其后|后来|曾经|(?<![员协工议商联学大])会[后上前间]|席间|赛[后前]|庭[后上]|"
    "最近|同日|同时|目前|现在|另外|此外|"
    "不久前|不久后|最后|最终|接着"
)
_PREPOSITION = (
    "|在(?![野线任职岗校逃押场座世编])|"
    "于(?=周|星期|\\d|今|昨|会|当|本|推特|脸书|微博|社交|个人|官方|记者|新闻|声明|北|东|[一二三四五六七八九十])|"
    f"(?<![反敌应派绝相核校比])对(?![外华台手抗冲岸话])|向{_ADDRESSED}|就(?![业职读任医])|从(?![业政军])|通过|透过|被(?![告害捕困])|受(?=邀|到|命)|遭|针对|"
    "[与同和跟][^，]{1,24}(?:会[面晤谈见]|通[话电]|交谈|见面|讨论|举行)[^，]{0,8}$|用(?=[^，]{2,16}(?:口音|语气|口吻|声音|方式|语|文)$)|以(?=□|书面|电邮|邮件|英语|英文|中文|个人|匿名)|为(?=此$)|"
    "根据|依据|引述|援引|引用|作为|"
)
_DEED = (
    "接受|出席|参加|抵达|到访|会见|会晤|谈[到及]|提[到及]|论及|回应|回答|答复|面对|致[函信电]|[给作做]出|一方面|毋宁|发[表布出文推帖帖贴](?!会)|撰[文写]|召开|举行|主持|宣读|受访|"
    "率先|首次|首度|再次|再度|一再|多次|反复|屡次|公开(?!大学|信)|直接|明确|郑重|进一步|连连|不断|严厉|强烈|愤怒|激动|平静|坦率|罕见|当[庭众面场]|"
    "私下|反而|笑着|哭着|流着|含泪|哽咽|微笑|苦笑|只是|仍然|依然|依旧|无奈|自豪|欣慰|高兴|幽默|坚定|特别$|专门$|"
    "紧急$|立即$|也$|坚持$|连声$|甚至$|一边$|终于|如此$|这样$|"
    "否认|拒绝|证实|召集|呼吁|警告|批评|指责|"
)
_ADVERB = "[还也又再则更却便才亦均都仍曾就只](?=$|[在对向于就从多公一再特明当随进接引强])"
MARKER = re.compile(_TIME + _PREPOSITION + _DEED + _ADVERB)
"""What may stand between a speaker and the verb, by how it begins."""

OPENING_DEED = re.compile("前来|前往|参与|主导|担任|负责(?!人)|坐在|站在")
"""Deeds that only open a clause, before the noun they belong to."""

LEAD = re.compile(
    f"(?:[ —…·“”■]|但是|但|不过|然而|而|对此|此外|另外|与此同时|同时|随后|之后|其后|后来|最后|其中|据悉|据|"
    f"因此|所以|于是|并且|并|且|还|也|又|再|则|"
    f"尽管|虽然|或许|也许|结果|只是|转而|进而|从而|继而|甚至|另一方面|总之|相反|例如|比如|报道说|{_TIME})+"
)
"""What may stand before a speaker in a clause."""

CITED = re.compile("(?:引述|援引|引用|转述)(.{2,40}?)(?:的)?(?:话|谈话|说法|消息|报道|声明)?$")
PRONOUNS = frozenset("他她它我你其") | {"他们", "她们", "我们", "它们", "两人", "双方"}
NO_SPEAKER = re.compile(
    "^[的了着们地得过是把让使用以曾将配]|^有(?!人$)|^(?:虽|不能|可以)|^[^的]*[不没][^的]*$|时$|了当地$|^我(?!们|国).{4}|[^当各外本内基工]地$|[的了着和与及将可要不没是把让使]$|^(?:据|消息|报道|报导|如果|因为|由于|为了|当|所谓|一般|总的|具体|其实|甚至|换|可以)|"
    "[。；：！？■]|^(?:这|那|此|该)$|是|[看读听梦遇]见?到?$"
)
TERM_END = re.compile(
    "(?:思想|战略|理念|工程|计划|行动|政策|倡议|原则|精神|主义|制度|体系|机制|项目|方案|活动|模式|运动|"
    "会议|论坛|条例|法案|服务|中心|基地|专区|区|奖|节|周|日)$"
)
BEFORE_TERM = re.compile(
    "(?:名为|题为|所谓的?|称为|叫做|叫作|命名为|主题[是为]|口号[是为]|写有|写着|印有|印着|标有|以|的|这句|一句|词)$"
)
PREDICATE = re.compile(
    "[，。！？；是不没有会将要能可应须已了在对为让把被也都很就还而与我你他她它们这那谁吧吗呢啊得着使得从再]"
)
"""Signs of which a quoted clause has at least one, and a term or title mostly none."""
