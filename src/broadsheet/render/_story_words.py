"""The words of the pages about stories, in the form of ``words``."""

STORY_TABLE = """
stories         | 同题报道 | 同題報導 | Stories
story           | 同题报道 | 同題報導 | Story
stories_told    | 几家媒体报道同一件事，放在一起看：谁说了什么，哪里不一样。 | 幾家媒體報導同一件事，放在一起看：誰說了什麼，哪裡不一樣。 | Several outlets, one happening, side by side: who says what, and where they differ.
stories_search  | 在同题报道中搜索 | 在同題報導中搜尋 | Search the stories
all_stories     | 全部 | 全部 | All stories
no_stories      | 还没有几家媒体都报道的事。多收录几家，broadsheet run 会自己找出来。 | 還沒有幾家媒體都報導的事。多收錄幾家，broadsheet run 會自己找出來。 | Nothing yet that several outlets report. Follow more of them, and broadsheet run finds it.
no_stories_found | 没有找到。换个词，或少用几个词。 | 沒有找到。換個詞，或少用幾個詞。 | Nothing found. Try other words, or fewer.
reports         | {n} 篇报道 | {n} 篇報導 | {n} reports
whole_article   | 看全文 | 看全文 | The whole article
who_says        | 各家怎么说 | 各家怎麼說 | Who says what
says_differ     | 说法不一 | 說法不一 | Where they differ
says_update     | 后来的数字 | 後來的數字 | Brought up to date later
says_agree      | 说法一致 | 說法一致 | Where they agree
says_quotes     | 引用的原话 | 引用的原話 | In their words
says_single     | 只有一家引用（{n}） | 只有一家引用（{n}） | Quoted by one alone ({n})
says_only       | 只有一家写到 | 只有一家寫到 | What only one reports
story_course    | 全部报道 | 全部報導 | All reports
story_moved     | 这件事有更早的报道，地址随之改了。 | 這件事有更早的報導，位址隨之改了。 | An earlier report came to light; the story has a new address.
reports_per_day | 每天篇数 | 每天篇數 | Reports per day
left_out        | 另有 {n} 篇报道没有参与比较。 | 另有 {n} 篇報導沒有參與比較。 | {n} further reports were not compared.
other_reports   | 别家怎么报道 | 別家怎麼報導 | Others on this
to_story        | 放在一起看：谁说了什么 | 放在一起看：誰說了什麼 | Side by side: who says what
copies          | 同一篇稿子 | 同一篇稿子 | Copies of one text
copies_told     | 这些报道出自同一篇稿子。对照第一栏，看谁保留、删去、改动、加上了哪一句。 | 這些報導出自同一篇稿子。對照第一欄，看誰保留、刪去、改動、加上了哪一句。 | These articles rest on one text. Held against the first column: who kept, cut, changed or added which sentence.
to_copies       | 同一篇稿子在别处 | 同一篇稿子在別處 | The same text elsewhere
copy_base       | 对照的底本 | 對照的底本 | the text the others are held against
copy_sums       | 保留 {kept} · 改动 {changed} · 删去 {cut} · 加上 {added} | 保留 {kept} · 改動 {changed} · 刪去 {cut} · 加上 {added} | {kept} kept · {changed} changed · {cut} cut · {added} added
copy_sentence   | 原句 | 原句 | Sentence
fate_kept       | 保留 | 保留 | kept
fate_changed    | 改动 | 改動 | changed
fate_cut        | 删去 | 刪去 | cut
fate_added      | 加上 | 加上 | added
"""
