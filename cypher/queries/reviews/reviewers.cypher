// title: Who writes reviews
// title zh: 评论者
// question: Which customers write most reviews, and are they milder or harsher than others about the same products?
// question zh: 哪些顾客写评论最多？对同样的商品，他们比别人宽松还是严格？
// parameter: least_reviews: integer 1..1000000 = 5 | Reviews that a customer must have written. | 最少评论数。
// parameter: limit: integer 1..1000 = 20 | Customers shown. | 显示的顾客数。
// column: user: User | Id of the customer. | 顾客编号。
// column: name: string | Their name. | 姓名。
// column: reviews: integer | Reviews with stars. | 有评分的评论数。
// column: rating: number | Their mean stars. | 平均评分。
// column: others_rating: number | Mean stars of others for the same products. | 其他人对相同商品的平均评分。
// column: milder: number | Their mean less the others'. | 与他人之差。
// picture: bar name milder
// example: U00035 | Yara N. | 8 | 3.75 | 3.588 | 0.1618
// example: U00023 | 郭女士 | 7 | 3.714 | 3.708 | 0.006593

MATCH (u:User)-[:WROTE]->(r:Review)
WHERE r.rating IS NOT NULL
WITH u, count(r.id) AS reviews, avg(r.rating) AS rating
WHERE reviews >= $least_reviews
MATCH (u)-[:WROTE]->(own:Review)-[:ABOUT]->(p:Product)<-[:ABOUT]-(other:Review)
WHERE own.id <> other.id AND other.rating IS NOT NULL AND own.rating IS NOT NULL
WITH u, reviews, rating, avg(other.rating) AS others_rating
RETURN u.id AS user, u.name AS name, reviews, rating, others_rating, rating - others_rating AS milder
ORDER BY reviews DESC, user
LIMIT $limit
