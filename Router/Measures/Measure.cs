namespace WampRouter.Measures;

/// <summary>What an instrument is, for the list of them in <c>docs/metrics.md</c>.</summary>
/// <param name="Name">Its name, <c>wamp_router.noun.what</c>.</param>
/// <param name="Kind">Counter, up-down counter or histogram.</param>
/// <param name="Unit">As UCUM has it.</param>
/// <param name="Description">For people.</param>
/// <param name="Tags">The keys of the tags that its measurements may have.</param>
internal sealed record Measure(string Name, string Kind, string Unit, string Description, IReadOnlyList<string> Tags);
