/**
 * How well one number tells two groups apart: the chance that a value of `ones` is above a value of `others`, ties
 * counting half. 0.5 is a coin, 0 and 1 tell them apart every time. Hanley and McNeil 1982: the area under the ROC
 * curve is the Mann-Whitney U over the number of pairs.
 */
export function areaUnderCurve(ones: readonly number[], others: readonly number[]): number {
  const all = [...ones.map((value) => ({ value, one: 1 })), ...others.map((value) => ({ value, one: 0 }))];
  all.sort((a, b) => a.value - b.value);
  let rankSum = 0;
  for (let start = 0; start < all.length;) {
    let end = start;
    while (end < all.length && all[end]?.value === all[start]?.value) end += 1;
    // Equal values share the mean of the ranks they take up, which count from one.
    const rank = (start + 1 + end) / 2;
    for (let index = start; index < end; index += 1) rankSum += rank * (all[index]?.one ?? 0);
    start = end;
  }
  const u = rankSum - (ones.length * (ones.length + 1)) / 2;
  return u / (ones.length * others.length);
}

/** The spread of that figure when the two groups do not differ; the normal approximation of U without ties. */
export function standardErrorOfArea(ones: number, others: number): number {
  return Math.sqrt((ones + others + 1) / (12 * ones * others));
}
