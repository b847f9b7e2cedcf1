// title: Stars that contradict the words
// title zh: 评分与文字矛盾的评论
// question: Which reviews give many stars and complain, or few and praise?
// question zh: 哪些评论给高分却抱怨，或给低分却称赞？
// parameter: least_difference: number 0..1 = 0.2 | How far the words lean the other way, at least. | 文字相反倾向的最小程度。
// parameter: limit: integer 1..1000 = 20 | Reviews shown. | 显示的评论数。
// column: review: Review | Id of the review. | 评论编号。
// column: product: Product | Id of the product. | 商品编号。
// column: rating: number | Stars given. | 评分。
// column: sentiment: number | Mean of what it mentions, -1 to 1. | 平均情感，-1 到 1。
// column: mentions: integer | How many things it mentions. | 提及数。
// column: text: string | Its text. | 评论内容。
// picture: table
// example: R00008 | P0021 | 4 | -0.2067 | 3 | Not my first Brisk & Bole order, and it will not be my last…
// example: R00012 | P0035 | 4 | -0.2067 | 3 | 用了几周来评价：发货速度很快，不过重量是个问题，时间长了受不了。带子太细，勒得疼。很满意。

MATCH (r:Review)-[m:MENTIONS]->(:Aspect)
WHERE m.sentiment IS NOT NULL AND (r.rating >= 4 OR r.rating <= 2)
WITH r, count(m) AS mentions, avg(m.sentiment) AS sentiment
WHERE mentions >= 2
  AND ((r.rating >= 4 AND sentiment <= -$least_difference) OR (r.rating <= 2 AND sentiment >= $least_difference))
MATCH (r)-[:ABOUT]->(p:Product)
RETURN r.id AS review, p.id AS product, r.rating AS rating, sentiment, mentions, r.text AS text
ORDER BY round(CASE WHEN sentiment < 0 THEN sentiment ELSE -sentiment END, 9) + 0.0, review, product
LIMIT $limit
