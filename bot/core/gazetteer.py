"""Names in Han characters that would be cut in two by a shorter name across their border."""

import functools
from dataclasses import dataclass

_NAMES = """
東京 大阪 名古屋 横浜 神戸 福岡 札幌 仙台 広島 新潟 静岡 熊本 鹿児島 沖縄 北海道 青森 岩手 宮城
秋田 山形 福島 茨城 栃木 群馬 埼玉 千葉 神奈川 富山 石川 福井 山梨 長野 岐阜 愛知 三重 滋賀 兵庫
奈良 和歌山 鳥取 島根 岡山 山口 徳島 香川 愛媛 高知 佐賀 長崎 大分 宮崎 発展途上国 発展中 发展中
發展中 今日 本日 毎日 明日 昨日 北京 上海 天津 重庆 重慶 广东 廣東 广西 廣西 山东 山東 山西 陕西
陝西 河南 河北 湖南 湖北 江苏 江蘇 江西 浙江 安徽 福建 海南 四川 贵州 貴州 云南 雲南 甘肃 甘肅
青海 辽宁 遼寧 吉林 黑龙江 黑龍江 内蒙古 西藏 新疆 宁夏 香港 澳门 澳門 台湾 台灣 臺灣 台北 日本
中国 中國 韩国 韓国 韓國 朝鲜 朝鮮 美国 美國 米国 英国 英國 法国 法國 德国 德國 俄罗斯 俄羅斯 印度
泰国 泰國 越南 蒙古 欧州 歐洲 欧洲 非洲 亚洲 亞洲 南美 北美
"""


@dataclass(frozen=True, slots=True)
class HanNames:
    """The names, and the length of the longest."""

    names: frozenset[str]
    longest: int


@functools.cache
def han_names() -> HanNames:
    """Return the names."""
    names = frozenset(_NAMES.split())
    return HanNames(names, max(map(len, names)))
