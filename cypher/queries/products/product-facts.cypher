// title: All about a product
// title zh: 商品的全部信息
// question: What does the graph know about a product: its brand, categories, attributes, and where each comes from?
// question zh: 图谱知道某商品的哪些信息：品牌、分类、属性，各自来源是什么？
// parameter: product: Product, such as P0026 | The product. | 商品。
// column: fact: string | Kind of fact. | 信息种类。
// column: value: string | The fact. | 内容。
// column: origin: string | input, photo or review. | 来源：输入、图片或评论。
// column: confidence: number | How sure it is, 0 to 1. | 置信度，0 到 1。
// picture: table

MATCH (p:Product {id: $product})-[:HAS_BRAND]->(b:Brand)
RETURN 'brand' AS fact, b.name AS value, 'input' AS origin, 1.0 AS confidence
ORDER BY value
UNION ALL
MATCH (p:Product {id: $product})-[:IN_CATEGORY]->(c:Category)
RETURN 'category' AS fact, c.id AS value, 'input' AS origin, 1.0 AS confidence
ORDER BY value
UNION ALL
MATCH (p:Product {id: $product})-[h:HAS_ATTRIBUTE]->(a:Attribute)
RETURN a.name AS fact, a.value AS value, coalesce(h.origin, 'input') AS origin, coalesce(h.confidence, 1.0) AS confidence
ORDER BY fact, value
