// title: Known from photos alone
// title zh: 仅由图片得知的属性
// question: Which attributes of products does the shop know only because a photo shows them?
// question zh: 哪些商品属性只是因为图片显示才得知？
// column: attribute: string | Name of the attribute. | 属性名。
// column: value: string | Its value. | 属性值。
// column: products: integer | Products that have it by their photo. | 由图片得知的商品数。
// column: confidence: number | How sure that is, on average. | 平均置信度。
// column: told: integer | Products of which the catalogue says it. | 目录中已注明的商品数。
// picture: bar value products
// example: pattern | plain | 18 | 0.8044 | 12
// example: colour | red | 10 | 0.812 | 3

MATCH (p:Product)-[h:HAS_ATTRIBUTE]->(a:Attribute)
WITH a, sum(CASE WHEN h.origin = 'photo' THEN 1 ELSE 0 END) AS products,
     avg(CASE WHEN h.origin = 'photo' THEN h.confidence ELSE null END) AS confidence,
     sum(CASE WHEN h.origin = 'input' THEN 1 ELSE 0 END) AS told
WHERE products > 0
RETURN a.name AS attribute, a.value AS value, products, confidence, told
ORDER BY products DESC, attribute, value
