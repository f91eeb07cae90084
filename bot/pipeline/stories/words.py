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
高市 市首 特朗 朗普 川普 トランプ 习近 近平 普京 プーチン 泽连 连斯 ゼレンスキー 台湾 香港 北京 俄罗 罗斯 乌克 克兰 ロシア
ウクライナ イラン 伊朗 以色 色列 イスラエル ドル 人民 民币 美元 欧盟 欧州 平均 半导 导体 県警 衆院 参院 予算 補正 運転
見合 気象 象庁 震度 震源 津波 心配 推定 住宅 遺体 連絡 終値 大雪 省庁 務省 天気 利益 連勝 円安 円高 追加 首脳 訪問 電話
要請 要望 調査 原因 捜査 被告 判決 地裁 高裁 最高 裁判 法案 与党 野党 自民 民党 立憲 維新 公明 議員 議会 知事 市長 県知
市議 選挙 投票 当選 候補 解散 内閣 閣議 官房 長官 外務 防衛 財務 経産 厚労 国交 文科 総務 環境 農水 警視 視庁 消防 病院
医師 患者 感染 研究 大学 学校 生徒 児童 教員 教育 試験 開発 技術 製品 販売 発売 価格 料金 利用 客数 店舗 工場 生産 輸出
輸入 関税 金利 日銀 円台 株価 業績 決算 純利 売上 前年 同期 期比 億ド 万ド 万台 万円 人死 重傷 軽傷 けが 搬送 現場
男女 少年 少女 高齢 夫婦 子ども 会社員 交通 道路 高速 列車 鉄道 空港 航空 旅客 船舶 気温 大雨 台風 警報 注意 避難 被害
言人 上调 下调 级地 国地 震台 台网 正式 测定 县发 网正 式测 源深 深度 公里 人遇 交部 首次 国总 双方 同意 早安 日要 要闻
闻速 速览 中间 间价 价报 访华 平会 当地 爆炸 控制 回应 收评 部发 比增 季度 调查 汽车 造成 原因 交付 发布 夺得 国务 务院
院总 强调 重要 战略 伙伴 建设 推动 促进 实现 创新 科技 技术 产业 产品 销量 营收 净利 利润 财报 股价 沪指 指数 板块 成交
交易 基金 银行 央行 利率 降息 加息 通胀 关税 出口 进口 贸易 商务 务部 国防 防部 外长 总书 书记 主任 省委 市委 纪委 委员
代表 大会 两会 常委 法院 判决 检察 起诉 嫌疑 涉嫌 犯罪 案件 受害 遇难 失联 救援 消防 医院 患者 病毒 疫苗 研究 大学 学生
教育 高考 考试 学校 老师 孩子 家长 旅游 游客 景区 春节 假期 铁路 高铁 航班 机场 地铁 公交 台风 暴雨 降雨 降温 高温 寒潮
气象 预警 运动 动员 决赛 半决 联赛 球员 主场 客场 击败 战胜 金牌 银牌 冬奥 奥运 世界 世锦 锦标
정부 대통 발표 한국 미국 중국 일본 경찰 속보 기자 오늘 오전 오후
"""

_SAME = """
quake earthquake temblor tremor
hold keep leave maintain retain
unchanged steady
sentence jail imprison
crash collision collide derail
sink capsize
scrap scrub abandon cancel axe
bankruptcy bankrupt insolvency insolvent
revenue sales turnover
profit earnings income
layoff layoffs redundancy redundancies
name nominate pick choose appoint tap
flee evacuate displace displaced
flood flooding
famous popular
impose levy
tariff duty
verdict ruling rule
poll survey
truce ceasefire
outage blackout
hacker hack breach
vaccine jab
drone uav
rescuer rescue
protest protester demonstrator demonstration rally
migrant refugee
summit meeting
trip visit
kill dead death die toll fatality slain killing deadly
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
cut lower reduce slash trim shed
rise climb gain jump surge soar rose
fall drop slide slip plunge tumble decline fell sank
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
job employment
contract award
blast explosion explode
storm blizzard
halt suspend pause
ban prohibit outlaw
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
夺得 夺冠 摘金 金牌 冠军 首金
营收 收入
访华 抵京 访京
会见 会晤 会谈 会談
访美 訪米
爆炸 爆発
沉没 沉船
失踪 失联 不明
起火 失火
判处 判刑 判监 被判 判囚 判決 判决
裁定 裁决
违法 非法
宣布 公布
増益 增益
提訴 提诉
値上 引上
"""


def _folded(text: str) -> list[str]:
    return fold(text).text.split()


STOP = frozenset(_folded(_STOP))
COMMON = frozenset(_folded(_COMMON) + _folded(_CJK_COMMON))
SAME = {
    word: words[0] for line in (_SAME + _SAME_CJK).splitlines() if (words := _folded(line)) for word in words
}
"""A word's stand-in: the first of those that headlines use for the same thing."""
