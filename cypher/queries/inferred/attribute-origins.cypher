// title: Where attributes come from
// title zh: 属性的来源
// question: Which attributes did the shop give, and which come from photos and reviews?
// question zh: 哪些属性由店铺提供，哪些来自图片和评论？
// column: attribute: string | Name of the attribute. | 属性名。
// column: origin: string | input, photo or review. | 输入、图片或评论。
// column: products: integer | Products that have it so. | 商品数。
// column: confidence: number | How sure it is, on average. | 平均置信度。
// picture: table
// example: bulb | input | 11 | 1
// example: capacity | input | 33 | 1

MATCH (p:Product)-[h:HAS_ATTRIBUTE]->(a:Attribute)
WITH a.name AS attribute, coalesce(h.origin, 'input') AS origin, count(DISTINCT p) AS products, avg(h.confidence) AS confidence
RETURN attribute, origin, products, confidence
ORDER BY attribute, origin
