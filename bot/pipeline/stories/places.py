"""Where a headline says that something happened: countries, and places inside them, as headlines write them."""

import re
from collections.abc import Iterable, Iterator

from bot.query.fold import fold

_COUNTRIES = """
japan|japanese|日本; china|chinese|beijing|中国|中方|我国|北京; taiwan|taipei|taiwanese|台湾|台; south korea|seoul|south korean|韩国|韩; north korea|pyongyang|北朝鲜|朝鲜;
united states|u.s.|american|america|washington|米国|美国|アメリカ|米|美; russia|russian|moscow|kremlin|ロシア|俄罗斯|俄; ukraine|ukrainian|kyiv|ウクライナ|乌克兰|乌;
india|indian|delhi|インド|印度; pakistan|pakistani|islamabad|パキスタン|巴基斯坦; iran|iranian|tehran|イラン|伊朗; israel|israeli|イスラエル|以色列;
britain|british|uk|london|英国|イギリス|英; france|french|paris|フランス|法国; germany|german|berlin|ドイツ|德国; italy|italian|rome|イタリア|意大利;
spain|spanish|madrid|スペイン|西班牙; portugal|portuguese|lisbon|ポルトガル|葡萄牙; poland|polish|ポーランド|波兰; sweden|swedish|スウェーデン|瑞典; belgium|belgian|ベルギー|比利时;
netherlands|dutch|オランダ|荷兰; switzerland|swiss|スイス|瑞士; austria|austrian|オーストリア|奥地利; greece|greek|ギリシャ|希腊; turkey|turkish|ankara|トルコ|土耳其;
denmark|danish|デンマーク|丹麦; norway|norwegian|ノルウェー|挪威; finland|finnish|フィンランド|芬兰; ireland|irish|アイルランド|爱尔兰; hungary|hungarian|ハンガリー|匈牙利;
canada|canadian|ottawa|カナダ|加拿大; mexico|mexican|メキシコ|墨西哥; brazil|brazilian|ブラジル|巴西; argentina|argentine|アルゼンチン|阿根廷; chile|chilean|チリ|智利;
peru|peruvian|ペルー|秘鲁; bolivia|bolivian|ボリビア|玻利维亚; colombia|colombian|コロンビア|哥伦比亚; venezuela|venezuelan|caracas|ベネズエラ|委内瑞拉; cuba|cuban|キューバ|古巴;
australia|australian|オーストラリア|豪州|澳大利亚; new zealand|ニュージーランド|新西兰; indonesia|indonesian|インドネシア|印尼|印度尼西亚; philippines|philippine|filipino|manila|フィリピン|菲律宾;
vietnam|vietnamese|hanoi|ベトナム|越南; thailand|thai|bangkok|タイ|泰国; malaysia|malaysian|マレーシア|马来西亚; singapore|シンガポール|新加坡; myanmar|ミャンマー|缅甸;
cambodia|cambodian|カンボジア|柬埔寨; bangladesh|バングラデシュ|孟加拉国; nepal|ネパール|尼泊尔; sri lanka|スリランカ|斯里兰卡; afghanistan|afghan|kabul|アフガニスタン|阿富汗;
egypt|egyptian|cairo|エジプト|埃及; south africa|南アフリカ|南非; nigeria|nigerian|ナイジェリア|尼日利亚; kenya|kenyan|ケニア|肯尼亚; ethiopia|エチオピア|埃塞俄比亚; ghana|ガーナ|加纳;
sudan|sudanese|スーダン|苏丹; congo|コンゴ|刚果; somalia|ソマリア|索马里; morocco|moroccan|モロッコ|摩洛哥; mozambique|モザンビーク|莫桑比克; syria|syrian|damascus|シリア|叙利亚;
iraq|iraqi|baghdad|イラク|伊拉克; lebanon|lebanese|beirut|レバノン|黎巴嫩; gaza|palestinian|ガザ|加沙; yemen|houthi|イエメン|也门; saudi|riyadh|サウジ|沙特; qatar|doha|カタール|卡塔尔;
hong kong|香港; greenland|グリーンランド|格陵兰
"""
_LOCAL = """
北海道 青森 岩手 宫城 秋田 山形 福岛 茨城 栃木 群马 埼玉 千叶 东京 神奈川 新潟 富山 石川 福井 山梨 长野 岐阜 静冈 爱知 三重 滋贺 京都 大阪 兵库 奈良 和歌山 鸟取
岛根 冈山 广岛 山口县 德岛 香川 爱媛 高知 福冈 佐贺 长崎 熊本 大分 宫崎 鹿儿岛 冲绳 札幌 仙台 横浜 横滨 川崎 名古屋 神户 堺市 根室 釧路 钏路 函馆 旭川 能登
河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 内蒙古 上海 天津 重庆 广州
深圳 武汉 成都 杭州 南京 西安 苏州 郑州 长沙 沈阳 大连 哈尔滨 青岛 厦门 昆明 贵阳 兰州 太原 合肥 福州 南昌 南宁 海口 石家庄 济南 包头 高雄 台中 台南 花莲 宜兰
首尔 釜山 仁川 大邱 济州
tokyo osaka kyoto hokkaido nagoya fukuoka sendai okinawa kobe hiroshima yokohama sapporo fukushima miyagi iwate aomori niigata ishikawa noto hualien kaohsiung taichung
shanghai shenzhen guangzhou wuhan chengdu chongqing xinjiang tibet sichuan yunnan guangdong macau busan incheon daegu jeju mumbai kolkata chennai bengaluru hyderabad
karachi lahore balochistan quetta peshawar kashmir punjab kerala gujarat dhaka kathmandu colombo jakarta bali sumatra java sulawesi sydney melbourne brisbane perth auckland
alaska california texas florida nevada arizona oregon hawaii minnesota minneapolis chicago illinois ohio michigan detroit pennsylvania philadelphia boston massachusetts
louisiana tennessee mississippi alabama kentucky carolina virginia maryland seattle portland denver colorado utah atlanta houston dallas miami
toronto quebec vancouver alberta manchester liverpool birmingham leeds glasgow edinburgh cardiff belfast bristol cornwall wales scotland lyon marseille nice toulouse
hamburg munich frankfurt cologne milan naples venice sicily barcelona valencia seville andalusia porto kharkiv odesa lviv kherson donetsk zaporizhzhia crimea belgorod
istanbul aleppo basra mosul isfahan alexandria lagos nairobi johannesburg darfur khartoum sao-paulo rio bogota lima medellin mindanao basilan luzon cebu
"""
_FIRST_WIDE = "\u3040"


def _country_forms() -> list[tuple[str, str]]:
    groups = [group.strip() for group in _COUNTRIES.replace("\n", " ").split(";")]
    return [
        (fold(form.strip()).text, fold(group.split("|")[0]).text)
        for group in groups
        for form in group.split("|")
        if len(form.strip()) > 1
    ]


_COUNTRY_OF = dict(_country_forms())
_LOCALS = frozenset(fold(_LOCAL).text.split())


_FORMS = {**{form: form for form in _LOCALS}, **_COUNTRY_OF}
_LATIN = re.compile(r"[a-z.]+")
_ABROAD = frozenset(form for form in _FORMS if form[0] >= _FIRST_WIDE)


def _by_first(forms: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for form in sorted(forms, key=lambda form: (-len(form), form)):
        found.setdefault(form[0], []).append(form)
    return found


_WIDE = _by_first(_ABROAD)


def _named(folded: str) -> Iterator[str]:
    """Yield the known places of a folded text: words and pairs of words, then what stands in scripts without spaces."""
    words = _LATIN.findall(folded)
    for word, following in zip(words, (*words, "")[1:], strict=True):
        pair = f"{word} {following}"
        yield from (form for form in (pair, word) if form in _FORMS)
    if folded.isascii():
        return
    at = 0
    while at < len(folded):
        form = next((form for form in _WIDE.get(folded[at], ()) if folded.startswith(form, at)), "")
        if form:
            yield form
        at += len(form) or 1


def places(folded: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the countries that a folded text names, in order, each once; and the places inside countries."""
    found = tuple(_named(folded))
    countries = tuple(dict.fromkeys(_COUNTRY_OF[form] for form in found if form in _COUNTRY_OF))
    return countries, frozenset(form for form in found if form in _LOCALS)
