"""Words that are no names although they may look like some: they begin sentences, or are borrowed everywhere. Pure data."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BEGINNERS = _words("""
    a about above according across additionally after afterwards again against ahead all almost along already also
    although amid among an analysts and another any are around as at authorities because before behind being below
    besides between beyond both but by can clashes concerns could countries critics currently despite did do does due
    during each earlier economists either elsewhere even every everyone experts few finally following for former
    from further furthermore given government governments had has have he her here his how however i if in
    including instead investors is it its itself just last late later lawmakers leaders least less like local many
    markets may meanwhile members might ministers more moreover most much neither never new next no nobody none nor not
    nothing now observers of officials on once one only opponents opposition or other others our out over overall
    people perhaps police polls prices protesters rather recent recently reporters reports researchers residents
    rising scientists several shares she should similarly since so some soon sources speaking stocks still such
    supporters talks than that the their them then there therefore these they this those though thousands through
    thus to today together tomorrow too tensions traders two under unlike until up upon us voters was we were what
    when where whereas whether which while who whose why will with within without workers would yesterday yet you
    your three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty ninety hundred
""")
"""English words that begin sentences."""

OFFICES = _words("""
    prime minister ministers president vice chief cabinet secretary foreign defense defence finance trade deputy
    governor mayor senator representative chairman chairwoman chair general secretary-general ambassador chancellor
    king queen emperor prince princess pope parliament congress senate house ministry department court supreme
    government party leader spokesman spokesperson ceo gdp mr mrs ms dr
""")
"""English words for offices and bodies, which are written large before names."""

LOANWORDS = _words("""
    アクセス アジア アプリ イベント インターネット インタビュー インフラ インフレ ウイルス エネルギー オンライン
    ガス ガソリン キロ グループ ゲーム コスト コメント コロナ コンサート コンピューター サービス サイト サイバー
    サミット サプライチェーン システム ショック スタート スポーツ スマートフォン スマホ セキュリティー センター
    ソフト ソフトウェア ゼロ ターゲット タイプ タンカー ダム チーム チャンス チップ ツアー データ データセンター
    デジタル デフレ デモ トップ トラック トラブル ドル ドローン ニュース ネット ノーベル バス パーセント パイロット
    ビザ ビジネス ビル ファン プラン プロ プロジェクト プログラム ページ ヘリコプター ペース ホテル ポイント マスク
    マンション ミサイル ミリ メートル メール メーカー メディア メンバー モデル ユーロ ライン ランキング リーダー
    リスク リスト ルール レアアース レベル ロケット ワクチン
""")
"""Words that Japanese writes in katakana and that name nobody."""

HAN_COMMON = _words("""
    表示 宣布 会谈 會談 访问 訪問 认为 認為 指出 说明 說明 称 稱 强调 強調 计划 計畫 目前 已经 已經 以及 并且 並且 对此 對此 因此 由于 由於
    同时 同時 此外 预计 預計 可能 相关 相關 问题 問題 情况 情況 进行 進行 举行 舉行 会议 會議 发表 發表 公布 报道 報導
    今天 昨天 明天 将 將 已 的 了 在 是 和 与 與 及 也 为 為 有 不 这 這 那 其 并 並 但 而 后 後 前 中 上 下 对 對 从 從
    向 于 於 到 被 把 让 讓 等 又 还 還 就 都 要 会 會 能 可 来 來 去 出 以 之 他 她 它 们 們 人 日 月 年 时 時 内 內 外
    新 说 說 发布 發布 政府 国家 國家 当局 當局 官员 官員 方面 继续 繼續 开始 開始 希望 要求 支持 反对 反對 增加 减少
    減少 超过 超過 达到 達到 约 約 多 少 大 小 高 低 更 最 一 个 個 名 次 种 種 项 項 据 據 称 由 因 所 如 若 则 則
    表明 予定 方針 見通 見込 発表 説明 指摘 強調 述 語 決定 検討 開始 実施 予想 影響 理由 目的 今後 現在 今回 必要 可能
    問題 状況 対応 関係 政府 当局 関係者 会見 会談 協議 合意 調査 報告 結果 増加 減少 今年 来年 昨年 同日 同氏 同社 両国
    一方 一部 全体 初 約 後 前 間 中 内 外 上 下 等 的 性 化 者 側 都 県 市 町 村 国 氏 社 党 省 庁 月 日 年 時 分 人 件
""")
"""Words of Chinese and Japanese newswriting that name nobody."""
