"""Lists that ``_commons`` reads: characters and words common in any Chinese news, as plain facts of the language."""

from __future__ import annotations

CHARACTERS = """
的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方
多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情
"""
"""The most common characters."""

GRAMMAR = frozenset("的了是在和与及将被把也就都而着之其这那他她它我你们个")
"""Characters that join words: a pair that has one is rarely a word."""

WORDS = """
表示 记者 报道 报导 中国 美国 总统 政府 今天 昨天 目前 已经 进行 国家 国际 发生 问题 工作 可以 没有 他们 我们 人员
部门 相关 有关 公司 经济 社会 发展 情况 消息 时间 认为 指出 称为 一个 两国 两名 三名 一名 多名 数十 数百 数千 上百
上千 上万 北京 日电 新华社 中新网 中新社 据悉 据报 据了解 警方 事件 事故 造成 死亡 受伤 人死亡 人受伤 人遇难
当地时间 现场 调查 原因 医院 救援 安全 组织 会议 方面 其中 同时 以及 关于 对于 由于 因为 所以 如果 但是 不过 此外
另外 这是 这次 自己 开始 继续 成为 接受采访 发言人 外交部 官员 领导人 主席 总理 部长 主任 负责人 专家 市民 居民 群众
学生 儿童 男子 女子 公布 宣布 要求 决定 支持 反对 批评 呼吁 警告 希望 可能 需要 必须 应该 全国 世界 全球 地区 中心
城市 省份 新闻 媒体 网站 网络 视频 图片 来源 本报 编辑 责任 上午 下午 晚上 凌晨 中午 日上午 日下午
"""
"""The words that news uses all the time."""
