// title: What a customer likes
// title zh: 顾客的偏好
// question: Which brands, categories and attributes does a customer buy more than others do?
// question zh: 某顾客比其他人更多购买哪些品牌、分类和属性？
// parameter: user: User, such as U00001 | The customer. | 顾客。
// parameter: limit: integer 1..1000 = 20 | Likings shown. | 显示的偏好数。
// column: kind: string | Brand, category or attribute. | 品牌、分类或属性。
// column: thing: string | Its id. | 编号。
// column: bought: integer | Products that the customer bought of it. | 顾客购买的相关商品数。
// column: share: number | Of all that the customer bought. | 占其全部购买的比例。
// column: offered: integer | Products in the catalogue that have it. | 目录中的相关商品数。
// column: lift: number | How many times as often as if products were drawn at random. | 为随机选取的多少倍。
// picture: bar thing lift
// example: Attribute | material=walnut | 2 | 0.6667 | 4 | 16
// example: Attribute | connection=wireless | 2 | 0.6667 | 9 | 7.111

// engine: ladybug
MATCH (a:Product)
WHERE a.in_catalogue
WITH count(a.id) AS everything
MATCH (:User {id: $user})-[:PURCHASED]->(p:Product)
WITH everything, collect(DISTINCT p) AS products
WITH everything, products, size(products) AS all_bought
UNWIND products AS p
MATCH (p)-[h:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE]->(x:Brand|Category|Attribute)
WITH everything, all_bought, label(x) AS kind, x, count(DISTINCT p) AS bought
MATCH (x)<-[:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE]-(q:Product)
WHERE q.in_catalogue
WITH everything, all_bought, kind, x.id AS thing, bought, count(DISTINCT q) AS offered
RETURN kind, thing, bought, 1.0 * bought / all_bought AS share, offered,
       1.0 * bought * everything / (all_bought * offered) AS lift
ORDER BY bought DESC, lift DESC, kind, thing
LIMIT $limit

// engine: neo4j
MATCH (a:Product)
WHERE a.in_catalogue
WITH count(a.id) AS everything
MATCH (:User {id: $user})-[:PURCHASED]->(p:Product)
WITH everything, collect(DISTINCT p) AS products
WITH everything, products, size(products) AS all_bought
UNWIND products AS p
MATCH (p)-[h:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE]->(x:Brand|Category|Attribute)
WITH everything, all_bought, labels(x)[0] AS kind, x, count(DISTINCT p) AS bought
MATCH (x)<-[:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE]-(q:Product)
WHERE q.in_catalogue
WITH everything, all_bought, kind, x.id AS thing, bought, count(DISTINCT q) AS offered
RETURN kind, thing, bought, 1.0 * bought / all_bought AS share, offered,
       1.0 * bought * everything / (all_bought * offered) AS lift
ORDER BY bought DESC, lift DESC, kind, thing
LIMIT $limit
