namespace WampRouter.Realms.Dealer;

/// <summary>The pattern registration that takes precedence for a URI, or that there is none; right as long as the patterns have this version.</summary>
internal sealed record PatternRoute(long Version, Registration? Registration);
