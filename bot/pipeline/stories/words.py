"""What is known of the words of headlines beforehand: which are common, and which say the same.

All forms are as ``terms`` makes them: folded and stemmed. None of this decides alone; it keeps a short window, where every
word is rare, from taking ``government`` for a mark of one event.
"""

from bot.query.fold import fold

_STOP = """
a an the of to in on at by for from with without as and or but if than then so that this these those it its is are was were be
been being has have had do does did will would can could should may might must not no nor he she they we you i his her their
our your my who whom which what when where why how after before over under about into out up down off between amid during
through against via per more most less least very just also still yet even only again here there now today tonight yesterday
tomorrow new latest live update breaking exclusive read full story continue click subscribe watch video photo report
reported reporting according says said say saying told tell all any some each other another such one first last next while
because since until both own same too us
"""
_COMMON = """
government minister president prime leader official police court people man woman men women child children year month week
day time world country state city national international public company firm business market price share stock group bank
trade economy economic war attack kill dead die injure hurt fire crash accident plan deal talk meet meeting visit call
announce agree warn urge call face set make take get give keep hold show find know see want need ask help back home
house million billion percent rise fall high low big top key major amid record report statement news security military
force defence defense law rule bill vote election party parliament policy support power energy oil gas win beat lose
match game team season player coach league cup final title goal point home away club open start end begin launch
study research scientist health hospital school student worker job rate cut raise hike sale profit loss quarter annual
january february march april may june july august september october november december monday tuesday wednesday
thursday friday saturday sunday morning evening night weekly daily briefing wrap explainer analysis opinion comment
interview review guide preview roundup north south east west northern southern eastern western central local
"""
_CJK_COMMON = """
政府 首相 大臣 総理 大統領 発表 表明 会見 会談 記者 問題 関係 対応 今年 昨年 来年 今日 本日 明日 昨日 午前 午後 全国 日本
中国 米国 韓国 東京 世界 国際 経済 会社 企業 市場 株価 警察 容疑 逮捕 死亡 負傷 事故 火災 地震 発生 選手 試合 優勝 監督 勝利
開始 終了 予定 方針 検討 実施 開催 参加 影響 可能 必要 支援 強化 拡大 上昇 下落 減少 増加 過去 最高 最大 新た 速報 続報 写真
動画 解説 社説 記事 詳細 ニュース まとめ 情報 関連 一覧 万円 億円 万人 年度 年前 今回 同日 県内 市内 男性 女性 住民
我国 全国 国家 总统 总理 主席 政府 部长 外交 发言 表示 宣布 举行 会议 会见 会谈 公司 企业 市场 经济 发展 国际 记者 报道 新闻
消息 快讯 最新 今日 昨日 今天 昨天 上午 下午 去年 今年 明年 目前 相关 问题 进行 工作 活动 合作 关系 支持 增长 下降 上涨 下跌
同比 亿元 万元 万人 以来 已经 可能 没有 成为 开始 结束 发生 事故 死亡 受伤 地震 火灾 警方 人员 比赛 冠军 球队 美国 日本
北京 时间 通过 加强 推进 提升 影响 其中 包括 多名 多人 一名 部门 地区 城市 项目 服务 新华 社电 日电 指出 认为 称将 阅读 全文
정부 대통 발표 한국 미국 중국 일본 경찰 속보 기자 오늘 오전 오후
"""

_SAME = """
quake earthquake temblor tremor
kill dead death die toll fatality slain
injure hurt wound
premier pm
britain british uk
japan japanese
china chinese beijing
america american washington
russia russian moscow kremlin
ukraine ukrainian kyiv kiev
taiwan taiwanese taipei
korea korean
france french paris
germany german berlin
india indian delhi
pakistan pakistani islamabad
israel israeli
iran iranian tehran
europe european eu
canada canadian ottawa
australia australian canberra
italy italian
spain spanish
brazil brazilian
mexico mexican
turkey turkish ankara
philippine filipino manila
vietnam vietnamese hanoi
thailand thai bangkok
indonesia indonesian jakarta
raise hike increase lift boost
cut lower reduce slash trim
rise climb gain jump surge soar rally
fall drop slide slip plunge tumble sink decline
buy acquire purchase takeover acquisition
resign quit
arrest detain
beat defeat win victory edge thrash
strike hit rock
launch unveil introduce debut
talk negotiation
agree agreement accord
blaze fire inferno
kidnap abduct
probe investigation investigate inquiry
sue lawsuit
recall withdraw
job employment layoff
contract award
blast explosion explode
storm blizzard
halt suspend pause
ban prohibit
delay postpone
approve approval
reject refuse
leader chief boss head
firm company
"""
_SAME_CJK = """
総理 首相
总统 大统
死亡 死者 死去 亡く 遇难 丧生 身亡
負傷 けが 重傷 軽傷 受伤 伤者
米国 美国 アメリカ
値上 上涨 上昇 涨价
下落 下跌 值下
合意 达成
辞任 辞职 辞意
逮捕 拘留 被捕
火災 火灾 大火
買収 收购
"""


def _folded(text: str) -> list[str]:
    return fold(text).text.split()


STOP = frozenset(_folded(_STOP))
COMMON = frozenset(_folded(_COMMON) + _folded(_CJK_COMMON))
SAME = {
    word: words[0] for line in (_SAME + _SAME_CJK).splitlines() if (words := _folded(line)) for word in words
}
"""A word's stand-in: the first of those that headlines use for the same thing."""
