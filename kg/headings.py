"""What shops call the columns of the input tables, in English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kg.tables import Table

_PRODUCT = (
    "product item_id item sku asin article_id lineitem_sku variant_sku "
    "商品id 商品编号 商品编码 产品id 产品编号 宝贝id 货号 商品"
)
_USER = (
    "user customer_id customer client_id member_id buyer_id shopper_id "
    "用户id 用户编号 客户id 客户编号 会员id 会员编号 顾客id 顾客编号 买家id 买家会员名 用户 客户 会员 顾客 "
    "customer_email email"
)
_WHEN = "timestamp time date datetime created_at event_time 时间 日期 时间戳"
_BOUGHT = "order_date order_time purchase_date purchased_at 下单时间 购买时间 行为时间"

OTHER_HEADINGS: Mapping[str, Mapping[str, str]] = {
    "products": {
        "id": f"product_id {_PRODUCT}",
        "title": "name product_name product_title item_name 商品名称 商品名 商品标题 产品名称 宝贝标题 品名 名称 标题",
        "title_zh": "name_zh chinese_name",
        "description": "product_description details 描述 商品描述 商品详情 详情",
        "brand": "brand_name manufacturer vendor 品牌 品牌名称",
        "categories": (
            "category category_path product_category category_code product_type 类目 商品类目 类别 分类 商品分类 品类"
        ),
        "price": "unit_price selling_price regular_price variant_price 价格 售价 一口价 单价",
        "in_stock": (
            "available availability stock_status stock stock_quantity inventory variant_inventory_qty "
            "有货 库存 库存数量"
        ),
    },
    "users": {"id": f"user_id {_USER}", "name": "user_name customer_name 姓名 昵称 用户名"},
    "interactions": {
        "user_id": _USER,
        "product_id": _PRODUCT,
        "kind": "event event_type action behavior behaviour 行为 行为类型 事件",
        "at": f"{_WHEN} {_BOUGHT}",
    },
    "reviews": {
        "id": "review_id",
        "user_id": _USER,
        "product_id": _PRODUCT,
        "title": "headline summary",
        "text": "review review_text comment content body 评论 评论内容 评价 评价内容 内容",
        "rating": "stars score 评分 星级",
        "at": f"{_WHEN} review_date 评论时间 评价时间",
    },
    "images": {"product_id": _PRODUCT, "path": "file filename image image_path 图片"},
    "links": {
        "product_id": "source source_id from",
        "relation": "type",
        "other_id": "target target_id to",
    },
}
"""By table and column, other words for it, in lower case with underscores; the plainest first."""

OF_CUSTOMERS = frozenset(
    word for word in f"user_id {_USER} user_session".split() if re.search(r"_id|id$|编号|session", word)
)
"""Headings of customers' ids, which no product has."""

OTHER_KINDS: Mapping[str, str] = {
    "viewed": "view pageview page_view pv 浏览 查看",
    "clicked": "click 点击",
    "carted": "cart add_to_cart addtocart 加购 加入购物车",
    "purchased": "purchase buy bought order ordered transaction 购买 下单 成交",
    "rated": "rate rating 评分",
    "liked": "like favorite favourite fav 收藏 喜欢",
    "disliked": "dislike 不喜欢",
    "dismissed": "dismiss",
}
"""By kind of interaction, other words for it, in lower case."""

_KINDS = {word: kind for kind, words in OTHER_KINDS.items() for word in words.split()}


def kind_named(word: object) -> object:
    """Give the kind of interaction that a word means; what means none is given back."""
    return _KINDS.get(word.strip().lower(), word) if isinstance(word, str) else word


def plain_heading(heading: str) -> str:
    """Give a heading in lower case, with one underscore for blanks and signs."""
    return "_".join(re.findall(r"\w+", heading.lower())).replace("__", "_")


def columns_named(table: Table, headings: Sequence[str]) -> dict[str, str]:
    """Say which column each heading of a file names; a heading that names none stands for itself.

    Capitals, blanks and signs do not matter, and other words for a column are understood, those that stand first before
    those that stand last, where the file has no heading that names it better. No two headings name the same column.
    """
    found = {heading: heading for heading in headings}
    plain: dict[str, str] = {}
    for heading in headings:
        plain.setdefault(plain_heading(heading), heading)
    names = [column.name for column in table.columns]
    left = set(headings) - set(names)
    other = {name: words.split() for name, words in OTHER_HEADINGS.get(table.name, {}).items()}
    for words_of in ({name: [name] for name in names}, other):
        for name, words in words_of.items():
            if name in found.values():
                continue
            known = next((plain[word] for word in words if plain.get(word) in left), None)
            if known is not None:
                found[known] = name
                left.remove(known)
    return found
