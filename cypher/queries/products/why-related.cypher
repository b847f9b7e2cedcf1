// title: Why are two products related?
// title zh: 两件商品为何相关
// question: What connects two products: links, the same brand, category or attribute, products between them, the same buyers?
// question zh: 两件商品有何关联：直接关系、相同品牌分类属性、中间商品、共同买家？
// parameter: product: Product, such as P0026 | One product. | 商品一。
// parameter: other: Product, such as P0074 | The other. | 商品二。
// parameter: limit: integer 1..1000 = 50 | Connections shown. | 显示的关联数。
// column: connection: string | Kind of connection. | 关联方式。
// column: through: string | Id of what they share; empty for a link from one to the other. | 共同之处的编号；直接关系为空。
// column: name: string | Its name. | 名称。
// column: shared_with: integer | Products that share it too: few make it telling. | 同样具备的商品数（越少越说明问题）。
// picture: table
// example: SUBSTITUTES | P0002 | Miravel Canvas Boots Kelso | 2
// example: PURCHASED | U00025 | 张小姐 | 3

// engine: ladybug
MATCH (p:Product {id: $product})-[h:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE|ALSO_BOUGHT|ALSO_VIEWED|BOUGHT_TOGETHER|COMPLEMENTS|SUBSTITUTES|PURCHASED]-(x)
MATCH (x)-[k:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE|ALSO_BOUGHT|ALSO_VIEWED|BOUGHT_TOGETHER|COMPLEMENTS|SUBSTITUTES|PURCHASED]-(q:Product {id: $other})
WHERE label(h) = label(k) AND x.id <> $product AND x.id <> $other
WITH DISTINCT label(h) AS connection, x
MATCH (x)-[e:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE|ALSO_BOUGHT|ALSO_VIEWED|BOUGHT_TOGETHER|COMPLEMENTS|SUBSTITUTES|PURCHASED]-(o:Product)
WHERE label(e) = connection
WITH connection, x.id AS through, x.name AS name, count(DISTINCT o) AS shared_with
RETURN connection, through, name, shared_with
ORDER BY shared_with, connection, through
LIMIT $limit

// engine: neo4j
MATCH (p:Product {id: $product})-[h:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE|ALSO_BOUGHT|ALSO_VIEWED|BOUGHT_TOGETHER|COMPLEMENTS|SUBSTITUTES|PURCHASED]-(x)
MATCH (x)-[k:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE|ALSO_BOUGHT|ALSO_VIEWED|BOUGHT_TOGETHER|COMPLEMENTS|SUBSTITUTES|PURCHASED]-(q:Product {id: $other})
WHERE type(h) = type(k) AND x.id <> $product AND x.id <> $other
WITH DISTINCT type(h) AS connection, x
MATCH (x)-[e:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE|ALSO_BOUGHT|ALSO_VIEWED|BOUGHT_TOGETHER|COMPLEMENTS|SUBSTITUTES|PURCHASED]-(o:Product)
WHERE type(e) = connection
WITH connection, x.id AS through, x.name AS name, count(DISTINCT o) AS shared_with
RETURN connection, through, name, shared_with
ORDER BY shared_with, connection, through
LIMIT $limit
