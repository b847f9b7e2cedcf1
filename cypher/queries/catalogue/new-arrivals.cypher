// title: How new products start
// title zh: 新品表现
// question: How are the products doing that came into the shop lately?
// question zh: 最近上架的商品表现如何？
// parameter: since: time = latest PURCHASED - 180 days | Released from here on. | 上架起始时间。
// parameter: limit: integer 1..1000 = 30 | Products shown. | 显示的商品数。
// column: product: Product | Id of the product. | 商品编号。
// column: name: string | Its name. | 商品名称。
// column: released: time | When it came into the shop. | 上架时间。
// column: viewers: integer | Customers who looked at it. | 浏览人数。
// column: buyers: integer | Customers who bought it. | 购买人数。
// column: reviews: integer | Reviews of it. | 评论数。
// column: rating: number | Mean stars. | 平均评分。
// picture: bar name buyers
// example: P0082 | Fjellvik Summit Canvas Daypack in Pink | 2025-05-09 | 11 | 11 | 6 | 3
// example: P0086 | Yunling Speaker Ember | 2025-03-19 | 8 | 7 | 3 | 3

MATCH (p:Product)
WHERE p.in_catalogue AND p.released >= $since
OPTIONAL MATCH (p)<-[:VIEWED|CLICKED]-(v:User)
WITH p, count(DISTINCT v) AS viewers
OPTIONAL MATCH (p)<-[:PURCHASED]-(u:User)
WITH p, viewers, count(DISTINCT u) AS buyers
OPTIONAL MATCH (p)<-[:ABOUT]-(r:Review)
WITH p, viewers, buyers, count(r.id) AS reviews, avg(r.rating) AS rating
RETURN p.id AS product, p.name AS name, p.released AS released, viewers, buyers, reviews, rating
ORDER BY buyers DESC, viewers DESC, product
LIMIT $limit
