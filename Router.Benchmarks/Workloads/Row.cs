namespace WampRouter.Benchmarks.Workloads;

/// <summary>A row of the table: what is measured and in which unit.</summary>
/// <param name="Id">What <c>--only</c> selects.</param>
/// <param name="Title">What the report calls it.</param>
/// <param name="Unit">The unit of the figure.</param>
/// <param name="MoreIsBetter">False for memory.</param>
internal sealed record Row(string Id, string Title, string Unit, bool MoreIsBetter = true);
