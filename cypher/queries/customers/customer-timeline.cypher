// title: What a customer did
// title zh: 顾客行为时间线
// question: What did a customer look at, put in the cart, buy and rate, the latest first?
// question zh: 某顾客浏览、加购、购买和评分了什么，最近的在前？
// parameter: user: User, such as U00001 | The customer. | 顾客。
// parameter: limit: integer 1..1000 = 50 | Events shown. | 显示的行为数。
// column: at: time | When. | 时间。
// column: what: string | What they did. | 行为。
// column: product: Product | Id of the product. | 商品编号。
// column: name: string | Its name. | 商品名称。
// column: value: number | Stars or quantity. | 评分或数量。
// picture: table
// example: 2025-06-23 13:25 | VIEWED | P0048 | Kite Water Bottle by Vantorre | –
// example: 2025-06-23 12:54 | PURCHASED | P0012 | Rostand & Fen Walnut Headphones Meridian, Orange | –

// engine: ladybug
MATCH (:User {id: $user})-[x:VIEWED|CLICKED|CARTED|PURCHASED|RATED]->(p:Product)
RETURN x.at AS at, label(x) AS what, p.id AS product, p.name AS name, x.value AS value
ORDER BY at DESC, what, product
LIMIT $limit

// engine: neo4j
MATCH (:User {id: $user})-[x:VIEWED|CLICKED|CARTED|PURCHASED|RATED]->(p:Product)
RETURN x.at AS at, type(x) AS what, p.id AS product, p.name AS name, x.value AS value
ORDER BY at DESC, what, product
LIMIT $limit
