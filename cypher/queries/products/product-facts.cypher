// title: All about a product
// title zh: 商品的全部信息
// question: What does the graph know about a product: its brand, categories, attributes, and where does each come from?
// question zh: 图谱知道某商品的哪些信息（品牌、分类、属性），各自来源是什么？
// parameter: product: Product, such as P0026 | The product. | 商品。
// column: relation: string | Kind of fact. | 信息种类。
// column: thing: string | Id of the brand, category or attribute. | 品牌、分类或属性编号。
// column: origin: string | input, photo or review. | 来源：输入、图片或评论。
// column: confidence: number | How sure it is, 0 to 1. | 置信度，0 到 1。
// picture: table
// example: HAS_ATTRIBUTE | colour=olive | input | 1
// example: HAS_ATTRIBUTE | pattern=plain | photo | 0.82

// engine: ladybug
MATCH (:Product {id: $product})-[h:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE]->(x:Brand|Category|Attribute)
RETURN label(h) AS relation, x.id AS thing, coalesce(h.origin, 'input') AS origin, coalesce(h.confidence, 1.0) AS confidence
ORDER BY relation, thing

// engine: neo4j
MATCH (:Product {id: $product})-[h:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE]->(x:Brand|Category|Attribute)
RETURN type(h) AS relation, x.id AS thing, coalesce(h.origin, 'input') AS origin, coalesce(h.confidence, 1.0) AS confidence
ORDER BY relation, thing
