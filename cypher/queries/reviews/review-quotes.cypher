// title: What reviews say about a product
// title zh: 评论怎么说某商品
// question: What do reviews of a product say about one thing, such as its battery, the worst first?
// question zh: 评论怎么评价某商品的某一方面（例如电池），从差到好？
// parameter: product: Product, such as P0026 | The product. | 商品。
// parameter: aspect: Aspect = "" | What they talk about; empty for anything. | 所谈方面；空为任意。
// parameter: limit: integer 1..1000 = 20 | Quotes shown. | 显示的引文数。
// column: aspect: Aspect | What the words are about. | 所谈方面。
// column: words: string | As the review has them. | 原文用词。
// column: sentiment: number | -1 (negative) to 1 (positive). | 情感，-1 到 1。
// column: rating: number | Stars of the review. | 评分。
// column: at: time | When it was written. | 评论时间。
// column: review: Review | Id of the review. | 评论编号。
// column: text: string | Its text. | 评论内容。
// picture: table
// example: zip | zip | -0.71 | 4 | 2023-12-13 15:09 | R00133 | Delivery was quick. Plus, so warm, even in January. The zip…
// example: packaging | box | -0.71 | 2 | 2024-01-03 20:39 | R00173 | Ordered on a whim. The box came dented. The zip jams every…

MATCH (:Product {id: $product})<-[:ABOUT]-(r:Review)-[m:MENTIONS]->(a:Aspect)
WHERE $aspect = '' OR a.id = $aspect
RETURN a.id AS aspect, m.surface AS words, m.sentiment AS sentiment, r.rating AS rating, r.at AS at,
       r.id AS review, r.text AS text
ORDER BY sentiment, review, aspect, words
LIMIT $limit
