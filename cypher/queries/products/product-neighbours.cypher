// title: A product and what it is linked to
// title zh: 商品的邻居
// question: Which products is a product linked to, and by what?
// question zh: 某商品与哪些商品相连，通过什么关系？
// parameter: product: Product, such as P0026 | The product. | 商品。
// parameter: limit: integer 1..1000 = 50 | Links shown. | 显示的关系数。
// column: from_product: Product | Where the link begins. | 关系起点。
// column: relation: string | Kind of link. | 关系类型。
// column: to_product: Product | Where it ends. | 关系终点。
// column: to_name: string | Name of the product at its end. | 终点商品名称。
// picture: graph from_product to_product relation
// example: P0013 | ALSO_BOUGHT | P0026 | Brightwater Mill Boots Tern, Olive
// example: P0026 | ALSO_BOUGHT | P0070 | Ashgrove & Sons Galway Yoga Mat, Beige

// engine: ladybug
MATCH (p:Product)-[l:ALSO_BOUGHT|ALSO_VIEWED|BOUGHT_TOGETHER|COMPLEMENTS|SUBSTITUTES]->(q:Product)
WHERE (p.id = $product OR q.id = $product) AND p.id <> q.id
RETURN p.id AS from_product, label(l) AS relation, q.id AS to_product, q.name AS to_name
ORDER BY relation, from_product, to_product
LIMIT $limit

// engine: neo4j
MATCH (n:Product {id: $product})-[l:ALSO_BOUGHT|ALSO_VIEWED|BOUGHT_TOGETHER|COMPLEMENTS|SUBSTITUTES]-(o:Product)
WHERE o.id <> n.id
WITH DISTINCT l, startNode(l) AS p, endNode(l) AS q
RETURN p.id AS from_product, type(l) AS relation, q.id AS to_product, q.name AS to_name
ORDER BY relation, from_product, to_product
LIMIT $limit
