// title: What reviews praise and blame
// title zh: 评论的褒与贬
// question: Which things do reviews talk about, and how well do they speak of them?
// question zh: 评论谈论哪些方面，评价如何？
// parameter: brand: Brand = "" | Products of this brand alone; empty for all. | 仅该品牌；空为全部。
// parameter: category: Category = "" | Products of this category alone; empty for all. | 仅该分类；空为全部。
// parameter: least_mentions: integer 1..1000000 = 5 | Mentions at least. | 最少提及次数。
// column: aspect: Aspect | What they talk about. | 所谈方面。
// column: mentions: integer | How often. | 提及次数。
// column: sentiment: number | Mean, -1 (negative) to 1 (positive). | 平均情感，-1 到 1。
// column: praise: number | Share of mentions above 0.2. | 褒扬比例（大于 0.2）。
// column: blame: number | Share of mentions below -0.2. | 批评比例（小于 -0.2）。
// column: products: integer | Products they are about. | 涉及的商品数。
// picture: bar aspect sentiment
// example: battery | 26 | -0.3615 | 0.2308 | 0.7692 | 10
// example: heat | 14 | -0.1707 | 0.3571 | 0.6429 | 7

MATCH (a:Aspect)<-[m:MENTIONS]-(:Review)-[:ABOUT]->(p:Product)
WHERE m.sentiment IS NOT NULL
  AND ($brand = '' OR EXISTS { MATCH (p)-[:HAS_BRAND]->(b:Brand) WHERE b.id = $brand })
  AND ($category = '' OR EXISTS { MATCH (p)-[:IN_CATEGORY]->(c:Category) WHERE c.id = $category })
WITH a, count(m) AS mentions, avg(m.sentiment) AS sentiment,
     sum(CASE WHEN m.sentiment > 0.2 THEN 1 ELSE 0 END) AS good,
     sum(CASE WHEN m.sentiment < -0.2 THEN 1 ELSE 0 END) AS bad,
     count(DISTINCT p) AS products
WHERE mentions >= $least_mentions
RETURN a.id AS aspect, mentions, sentiment, 1.0 * good / mentions AS praise, 1.0 * bad / mentions AS blame, products
ORDER BY round(sentiment, 9) + 0.0, aspect
