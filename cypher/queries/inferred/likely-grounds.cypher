// title: On what grounds a link is likely
// title zh: 推断关系的依据
// question: Which related products already have what the model thinks is true of others, and how are they related?
// question zh: 哪些相关商品已具备模型推断的事实，它们有何关系？
// parameter: product: Product = "" | Links of this product alone; empty for all. | 仅该商品；空为全部。
// parameter: limit: integer 1..1000 = 50 | Grounds shown. | 显示的依据数。
// column: product: Product | Id of the product. | 商品编号。
// column: relation: string | The relation that probably holds. | 可能成立的关系。
// column: thing: string | Id of its other end. | 另一端编号。
// column: score: number | Probability that it holds. | 成立的概率。
// column: because_of: Product | A related product that has it. | 已具备该事实的相关商品。
// column: related_by: string | How the two are related. | 两者的关系。
// picture: graph product because_of related_by
// example: P0034 | HAS_ATTRIBUTE | waterproof=no | 0.8571 | P0035 | ALSO_BOUGHT
// example: P0034 | HAS_ATTRIBUTE | waterproof=no | 0.8571 | P0058 | SUBSTITUTES

// engine: ladybug
MATCH (p:Product)-[l:LIKELY]->(x:Brand|Category|Attribute|Aspect|Product)
WHERE $product = '' OR p.id = $product
MATCH (x)<-[:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE]-(q:Product)-[k:ALSO_BOUGHT|ALSO_VIEWED|BOUGHT_TOGETHER|COMPLEMENTS|SUBSTITUTES]-(p)
WITH DISTINCT p.id AS product, l.relation AS relation, x.id AS thing, l.score AS score, q.id AS because_of, label(k) AS related_by
RETURN product, relation, thing, score, because_of, related_by
ORDER BY score DESC, product, relation, thing, because_of, related_by
LIMIT $limit

// engine: neo4j
MATCH (p:Product)-[l:LIKELY]->(x:Brand|Category|Attribute|Aspect|Product)
WHERE $product = '' OR p.id = $product
MATCH (x)<-[:HAS_BRAND|IN_CATEGORY|HAS_ATTRIBUTE]-(q:Product)-[k:ALSO_BOUGHT|ALSO_VIEWED|BOUGHT_TOGETHER|COMPLEMENTS|SUBSTITUTES]-(p)
WITH DISTINCT p.id AS product, l.relation AS relation, x.id AS thing, l.score AS score, q.id AS because_of, type(k) AS related_by
RETURN product, relation, thing, score, because_of, related_by
ORDER BY score DESC, product, relation, thing, because_of, related_by
LIMIT $limit
