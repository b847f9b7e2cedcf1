// title: A product's reviews beside its category's
// title zh: 商品评论与同类对比
// question: What do reviews praise and blame about a product, compared with the products it competes with?
// question zh: 与同类商品相比，评论对某商品褒贬如何？
// parameter: product: Product, such as P0026 | The product. | 商品。
// column: aspect: Aspect | What they talk about. | 所谈方面。
// column: mentions: integer | Mentions about the product. | 关于该商品的提及次数。
// column: sentiment: number | Their mean, -1 to 1. | 平均情感，-1 到 1。
// column: category_mentions: integer | Mentions about other products of its categories. | 同类商品的提及次数。
// column: category_sentiment: number | Their mean. | 同类平均情感。
// column: difference: number | The product's less the category's. | 与同类之差。
// picture: bar aspect difference
// example: zip | 2 | -0.71 | 8 | 0.6112 | -1.321
// example: packaging | 2 | 0.045 | 3 | 0.8 | -0.755

MATCH (p:Product {id: $product})<-[:ABOUT]-(:Review)-[m:MENTIONS]->(a:Aspect)
WHERE m.sentiment IS NOT NULL
WITH p, a, count(m) AS mentions, avg(m.sentiment) AS sentiment
MATCH (p)-[:IN_CATEGORY]->(:Category)<-[:IN_CATEGORY]-(q:Product)
WHERE q.id <> p.id
WITH DISTINCT a, mentions, sentiment, q
MATCH (q)<-[:ABOUT]-(:Review)-[n:MENTIONS]->(a)
WHERE n.sentiment IS NOT NULL
WITH a.id AS aspect, mentions, sentiment, count(n) AS category_mentions, avg(n.sentiment) AS category_sentiment
RETURN aspect, mentions, sentiment, category_mentions, category_sentiment, sentiment - category_sentiment AS difference
ORDER BY round(difference, 9) + 0.0, aspect
