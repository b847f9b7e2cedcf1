// title: What the catalogue lacks
// title zh: 商品目录缺什么
// question: How many products have a name, a price, a description, a brand, a category, attributes, a photo, a review, a buyer?
// question zh: 有多少商品具备名称、价格、描述、品牌、分类、属性、图片、评论和买家？
// column: fact: string | What a product should have. | 商品应有的信息。
// column: products: integer | Products that have it. | 具备该信息的商品数。
// column: lacking: integer | Products that lack it. | 缺少该信息的商品数。
// column: share: number | Share of products that have it, 0 to 1. | 具备的比例，0 到 1。
// picture: bar fact share
// example: description | 92 | 4 | 0.9583
// example: buyer | 94 | 2 | 0.9792

MATCH (p:Product)
WHERE p.in_catalogue
WITH p,
     EXISTS { MATCH (p)-[:HAS_BRAND]->(:Brand) } AS brand,
     EXISTS { MATCH (p)-[:IN_CATEGORY]->(:Category) } AS category,
     EXISTS { MATCH (p)-[:HAS_ATTRIBUTE]->(:Attribute) } AS attribute,
     EXISTS { MATCH (p)-[:HAS_IMAGE]->(:Image) } AS image,
     EXISTS { MATCH (p)<-[:ABOUT]-(:Review) } AS review,
     EXISTS { MATCH (p)<-[:PURCHASED]-(:User) } AS buyer
UNWIND ['name', 'price', 'description', 'brand', 'category', 'attribute', 'photo', 'review', 'buyer'] AS fact
WITH fact,
     CASE fact
       WHEN 'name' THEN p.name IS NOT NULL
       WHEN 'price' THEN p.price IS NOT NULL
       WHEN 'description' THEN p.description IS NOT NULL
       WHEN 'brand' THEN brand
       WHEN 'category' THEN category
       WHEN 'attribute' THEN attribute
       WHEN 'photo' THEN image
       WHEN 'review' THEN review
       ELSE buyer
     END AS there
WITH fact, count(*) AS total, sum(CASE WHEN there THEN 1 ELSE 0 END) AS having
RETURN fact, having AS products, total - having AS lacking, 1.0 * having / total AS share
ORDER BY share, fact
