// title: Links that are probably true
// title zh: 可能成立的关系
// question: Which facts about products does the model think true though nobody told it, and how many related products have them?
// question zh: 模型认为商品有哪些未被告知的事实？有多少相关商品也具备？
// parameter: least_score: number 0..1 = 0 | Score from which to show. | 最低分。
// parameter: limit: integer 1..1000 = 30 | Links shown. | 显示的条数。
// column: product: Product | Id of the product. | 商品编号。
// column: name: string | Its name. | 商品名称。
// column: relation: string | The relation that probably holds. | 可能成立的关系。
// column: thing: string | Id of its other end. | 另一端编号。
// column: score: number | Probability that it holds. | 成立的概率。
// column: model: string | Model that concluded it. | 推断模型。
// column: grounds: integer | Products linked to it that have it already. | 已具备该事实的相关商品数。
// picture: table
// example: P0034 | Piper Nylon Daypack by Olive | HAS_ATTRIBUTE | waterproof=no | 0.8571 | planted | 6
// example: P0079 | Orange Leather Tote Bag Nomad | HAS_ATTRIBUTE | pattern=two-tone | 0.8571 | planted | 6

MATCH (p:Product)-[l:LIKELY]->(x:Brand|Category|Attribute|Aspect|Product)
WHERE l.score >= $least_score
OPTIONAL MATCH (x)<-[:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE]-(q:Product)-[:ALSO_BOUGHT|ALSO_VIEWED|BOUGHT_TOGETHER|COMPLEMENTS|SUBSTITUTES]-(p)
WITH p, l.relation AS relation, x.id AS thing, l.score AS score, l.model AS model, count(DISTINCT q) AS grounds
RETURN p.id AS product, p.name AS name, relation, thing, score, model, grounds
ORDER BY score DESC, product, relation, thing, model
LIMIT $limit
