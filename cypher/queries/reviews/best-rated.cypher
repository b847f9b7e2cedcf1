// title: Best and worst rated products
// title zh: 评分最高与最低的商品
// question: Which products have the best and worst stars, few reviews counting for less?
// question zh: 哪些商品评分最好或最差（评论少的权重较低）？
// parameter: prior: number 0..1000000 = 5 | Reviews of the shop's mean that every product is given beforehand. | 预先给予每件商品的平均评论数。
// parameter: worst_first: boolean = false | The worst first. | 最差在前。
// parameter: limit: integer 1..1000 = 20 | Products shown. | 显示的商品数。
// column: product: Product | Id of the product. | 商品编号。
// column: name: string | Its name. | 商品名称。
// column: reviews: integer | Reviews with stars. | 有评分的评论数。
// column: rating: number | Their mean. | 平均评分。
// column: weighted: number | Mean with the reviews given beforehand. | 加权评分。
// picture: bar name weighted
// example: P0019 | Qinghe Works Iona Saucepan | 6 | 4.833 | 4.382
// example: P0073 | Kestrelo Canvas Running Shoes Ridge in Brown | 6 | 4.667 | 4.291

MATCH (s:Review)
WHERE s.rating IS NOT NULL
WITH avg(s.rating) AS shop
MATCH (p:Product)<-[:ABOUT]-(r:Review)
WHERE r.rating IS NOT NULL
WITH p, shop, count(r.id) AS reviews, avg(r.rating) AS rating
WITH p, reviews, rating, (shop * $prior + rating * reviews) / ($prior + reviews) AS weighted
RETURN p.id AS product, p.name AS name, reviews, rating, weighted
ORDER BY round(CASE WHEN $worst_first THEN weighted ELSE -weighted END, 9) + 0.0, product
LIMIT $limit
