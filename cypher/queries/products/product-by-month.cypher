// title: A product month by month
// title zh: 商品逐月表现
// question: How often was a product looked at, put in a cart and bought, month by month?
// question zh: 某商品逐月被浏览、加购和购买多少次？
// parameter: product: Product, such as P0026 | The product. | 商品。
// column: month: string | Year and month. | 年月。
// column: events: integer | How often. | 次数。
// column: what: string | What customers did. | 行为。
// picture: line month events what
// example: 2024-03 | 1 | PURCHASED
// example: 2024-03 | 1 | VIEWED

// engine: ladybug
MATCH (:Product {id: $product})<-[x:VIEWED|CLICKED|CARTED|PURCHASED]-(:User)
WHERE x.at IS NOT NULL
WITH left(string(x.at), 7) AS month, label(x) AS what, count(*) AS events
RETURN month, events, what
ORDER BY month, what

// engine: neo4j
MATCH (:Product {id: $product})<-[x:VIEWED|CLICKED|CARTED|PURCHASED]-(:User)
WHERE x.at IS NOT NULL
WITH left(toString(x.at), 7) AS month, type(x) AS what, count(*) AS events
RETURN month, events, what
ORDER BY month, what
