// title: Products per category
// title zh: 各分类的商品
// question: How many products stand in each category, how many can be bought now, what do they cost, and how often are they bought?
// question zh: 每个分类有多少商品、多少有货、价格如何、被购买多少次？
// parameter: limit: integer 1..1000 = 50 | Categories shown, the largest first. | 显示的分类数，从大到小。
// column: category: Category | Id of the category. | 分类编号。
// column: products: integer | Products of the catalogue in it. | 分类中的商品数。
// column: in_stock: integer | Those that can be bought now. | 目前有货的商品数。
// column: mean_price: number | Their mean price. | 平均价格。
// column: purchases: integer | How often they were bought. | 购买次数。
// picture: bar category products
// example: Occasions > Travel | 5 | 5 | 35.9 | 39
// example: Audio > Earbuds | 4 | 4 | 67.37 | 37

MATCH (p:Product)
WHERE p.in_catalogue
WITH p, COUNT { MATCH (p)<-[:PURCHASED]-() } AS bought
MATCH (p)-[:IN_CATEGORY]->(c:Category)
WITH c.id AS category, count(p.id) AS products, sum(CASE WHEN p.in_stock THEN 1 ELSE 0 END) AS in_stock,
     avg(p.price) AS mean_price, sum(bought) AS purchases
RETURN category, products, in_stock, mean_price, purchases
ORDER BY products DESC, category
LIMIT $limit
