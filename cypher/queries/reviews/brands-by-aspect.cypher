// title: Which brand is best at it?
// title zh: 哪个品牌这方面最好
// question: How do reviews speak of one thing, such as the zip, brand by brand?
// question zh: 评论对某一方面（如拉链）的评价，各品牌如何？
// parameter: aspect: Aspect, such as comfort | What they talk about. | 所谈方面。
// parameter: least_mentions: integer 1..1000000 = 5 | Mentions at least. | 最少提及次数。
// column: brand: Brand | Id of the brand. | 品牌编号。
// column: mentions: integer | How often. | 提及次数。
// column: sentiment: number | Mean, -1 to 1. | 平均情感，-1 到 1。
// column: products: integer | Products they are about. | 涉及的商品数。
// picture: bar brand sentiment
// example: Ashgrove & Sons | 5 | 0.8 | 1
// example: Marlowick | 14 | 0.8 | 3

MATCH (:Aspect {id: $aspect})<-[m:MENTIONS]-(:Review)-[:ABOUT]->(p:Product)-[:HAS_BRAND]->(b:Brand)
WHERE m.sentiment IS NOT NULL
WITH b.id AS brand, count(m) AS mentions, avg(m.sentiment) AS sentiment, count(DISTINCT p) AS products
WHERE mentions >= $least_mentions
RETURN brand, mentions, sentiment, products
ORDER BY round(sentiment, 9) + 0.0 DESC, brand
