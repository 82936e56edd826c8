"""The words for troubles of an archive and for messages about them, in the form of ``words``."""

ALERT_TABLE = """
troubles        | 故障 | 故障 | Troubles
troubles_past   | 已结束 | 已結束 | Over
no_troubles     | 没有故障。 | 沒有故障。 | There is no trouble.
last_run        | 最近一次运行 | 最近一次執行 | Last run
expected_every  | 预计每 {every} 一次 | 預計每 {every} 一次 | expected every {every}
run_overdue     | 已经超时 | 已經逾時 | overdue
run_unknown     | 还没有运行过。 | 還沒有執行過。 | Nothing has run yet.
run_ago         | {n} 小时前 | {n} 小時前 | {n} hours ago
run_is_late     | 这份存档可能已经停了。 | 這份存檔可能已經停了。 | This archive may have stopped.
health_of_feeds | 订阅源 | 訂閱源 | Feeds
trouble_run     | 自 {since} 起没有成功的运行；预计每 {usual} 一次。 | 自 {since} 起沒有成功的執行；預計每 {usual} 一次。 | No run has come to a good end since {since}; one is expected every {usual}.
why_run         | 最近一次失败：{reason} | 最近一次失敗：{reason} | The last one failed: {reason}
why_unfinished  | 有一次开始后没有结束。 | 有一次開始後沒有結束。 | One began and has not ended.
trouble_disk    | 磁盘只剩 {free}，至少应有 {need}。 | 磁碟只剩 {free}，至少應有 {need}。 | The disk has {free} left, and at least {need} should be free.
trouble_files   | 磁盘只能再存 {free} 个文件。 | 磁碟只能再存 {free} 個檔案。 | The disk has room for {free} more files only.
trouble_remote  | {name} 自 {since} 起没有收下镜像。 | {name} 自 {since} 起沒有收下鏡像。 | {name} has not taken the mirror since {since}.
trouble_feed    | {name} 自 {since} 起一直失败。 | {name} 自 {since} 起一直失敗。 | {name} has failed since {since}.
why             | 原因：{reason} | 原因：{reason} | Why: {reason}
trouble_outlet  | {name} 自 {since} 起没有新文章，比平时久（通常不超过 {usual}）。 | {name} 自 {since} 起沒有新文章，比平時久（通常不超過 {usual}）。 | {name} has published nothing since {since}, which is longer than its habit ({usual}).
over_run        | 运行已恢复。 | 執行已恢復。 | Runs come to a good end again.
over_disk       | 磁盘又有空间了。 | 磁碟又有空間了。 | The disk has room again.
over_remote     | {name} 又收下镜像了。 | {name} 又收下鏡像了。 | {name} takes the mirror again.
over_feed       | {name} 又有回应了。 | {name} 又有回應了。 | {name} answers again.
over_outlet     | {name} 又有新文章了。 | {name} 又有新文章了。 | {name} publishes again.
over_gone       | 不再关注 {name}。 | 不再關注 {name}。 | {name} is no longer looked after.
lasted          | 从 {since} 到 {until}。 | 從 {since} 到 {until}。 | From {since} until {until}.
alert_trouble   | 故障 | 故障 | trouble
alert_reminder  | 仍有故障 | 仍有故障 | still in trouble
alert_recovered | 已恢复 | 已恢復 | well again
alert_several   | {n} 处 | {n} 處 | {n} at once
alert_more      | 另有 {n} 处，见 broadsheet alerts | 另有 {n} 處，見 broadsheet alerts | and {n} more; see broadsheet alerts
alert_test      | 测试消息 | 測試訊息 | a test
alert_test_text | 收到这条消息，说明这个渠道可用。 | 收到這則訊息，說明這個管道可用。 | If you read this, the channel works.
span_days       | {n} 天 | {n} 天 | {n} days
span_hours      | {n} 小时 | {n} 小時 | {n} hours
span_minutes    | {n} 分钟 | {n} 分鐘 | {n} minutes
"""  # noqa: E501
