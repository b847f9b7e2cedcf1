// title: Bought with this product
// title zh: 与该商品一起购买
// question: What do customers who bought a product buy too, more than other customers do?
// question zh: 买过某商品的顾客还买什么，而且比其他顾客买得更多？
// parameter: product: Product, such as P0026 | The product. | 商品。
// parameter: least_customers: integer 1..1000000 = 3 | Customers who bought both, at least. | 同时购买的最少人数。
// parameter: limit: integer 1..1000 = 20 | Products shown. | 显示的商品数。
// column: product: Product | Id of the other product. | 另一商品编号。
// column: name: string | Its name. | 商品名称。
// column: customers: integer | Customers who bought both. | 同时购买的人数。
// column: support: number | Share of all buyers who bought both. | 支持度：占全部买家的比例。
// column: confidence: number | Share of the product's buyers who bought the other too. | 置信度：占该商品买家的比例。
// column: lift: number | How many times as often as by chance. | 提升度：为随机情形的多少倍。
// picture: bar name lift
// example: P0048 | Kite Water Bottle by Vantorre | 4 | 0.03333 | 0.2667 | 4
// example: P0035 | Rowan Hiking Backpack by Eldermoor | 3 | 0.025 | 0.2 | 4

MATCH (b:User)
WHERE EXISTS { MATCH (b)-[:PURCHASED]->(:Product) }
WITH count(*) AS everybody
MATCH (p:Product {id: $product})<-[:PURCHASED]-(u:User)
WITH everybody, p, collect(DISTINCT u) AS buyers
WITH everybody, p, buyers, size(buyers) AS bought
UNWIND buyers AS u
MATCH (u)-[:PURCHASED]->(q:Product)
WHERE q.id <> p.id
WITH everybody, bought, q, count(DISTINCT u) AS customers
WHERE customers >= $least_customers
MATCH (q)<-[:PURCHASED]-(v:User)
WITH everybody, bought, q, customers, count(DISTINCT v) AS other_bought
RETURN q.id AS product, q.name AS name, customers,
       1.0 * customers / everybody AS support,
       1.0 * customers / bought AS confidence,
       1.0 * customers * everybody / (bought * other_bought) AS lift
ORDER BY lift DESC, customers DESC, product
LIMIT $limit
