// title: Do links favour best sellers?
// title zh: 关联是否偏向畅销品
// question: Do the links that recommend one product beside another lead to best sellers more than sales would justify?
// question zh: 商品旁推荐的关联，是否比销量更偏向畅销品？
// column: bought: string | How often the product that a link leads to was bought. | 关联所指商品的购买次数区间。
// column: products: integer | Products bought so often. | 商品数。
// column: links: integer | Links that lead to them. | 指向它们的关联数。
// column: links_share: number | Their share of all such links. | 占全部关联的比例。
// column: purchases_share: number | Their share of all purchases. | 占全部购买的比例。
// column: bias: number | Links' share over purchases' share: above 1 is more than sales justify. | 两者之比，大于 1 表示偏多。
// picture: bar bought bias
// example: never | 2 | 12 | 0.0202 | 0 | –
// example: 1 to 4 | 24 | 147 | 0.2475 | 0.0738 | 3.353

MATCH (a:Product)
WHERE a.in_catalogue
WITH a.id AS a, COUNT { MATCH (a)<-[:PURCHASED]-() } AS sold,
     COUNT { MATCH (a)<-[:ALSO_BOUGHT|ALSO_VIEWED|BOUGHT_TOGETHER|COMPLEMENTS|SUBSTITUTES]-() } AS linked
WITH count(a) AS everything, sum(sold) AS all_purchases, sum(linked) AS all_links
WHERE all_purchases > 0 AND all_links > 0
MATCH (p:Product)
WHERE p.in_catalogue
WITH all_purchases, all_links, p.id AS p, COUNT { MATCH (p)<-[:PURCHASED]-() } AS times,
     COUNT { MATCH (p)<-[:ALSO_BOUGHT|ALSO_VIEWED|BOUGHT_TOGETHER|COMPLEMENTS|SUBSTITUTES]-() } AS shown
WITH all_purchases, all_links, p, times, shown,
     CASE WHEN times = 0 THEN 'never' WHEN times < 5 THEN '1 to 4' WHEN times < 20 THEN '5 to 19'
          WHEN times < 50 THEN '20 to 49' ELSE '50 or more' END AS bought
WITH all_purchases, all_links, bought, count(p) AS products, sum(shown) AS links, sum(times) AS purchases
WITH bought, products, links, 1.0 * links / all_links AS links_share, 1.0 * purchases / all_purchases AS purchases_share
RETURN bought, products, links, links_share, purchases_share,
       CASE WHEN purchases_share > 0 THEN links_share / purchases_share ELSE null END AS bias
ORDER BY CASE bought WHEN 'never' THEN 0 WHEN '1 to 4' THEN 1 WHEN '5 to 19' THEN 2 WHEN '20 to 49' THEN 3 ELSE 4 END
