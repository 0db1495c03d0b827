namespace WampRouter.Tests.Conformance;

/// <summary>How binding a requirement is.</summary>
public enum RequirementLevel
{
    /// <summary>The specification says MUST, MUST NOT, SHALL or REQUIRED, or "it is a protocol error".</summary>
    Must,

    /// <summary>The specification says SHOULD or RECOMMENDED.</summary>
    Should,

    /// <summary>The specification describes it without such a word.</summary>
    Described,

    /// <summary>What a feature as a whole is for; WELCOME or HELLO announces it.</summary>
    Feature,

    /// <summary>Not in the specification: what users of other routers know, or what the field has taught.</summary>
    Beyond,
}

/// <summary>One row of the conformance table, as the files in <c>Conformance/Requirements</c> have it.</summary>
/// <param name="Id">Its name, such as <c>sessions.hello-once</c>: what <see cref="ShowsAttribute"/> names.</param>
/// <param name="Level">How binding it is.</param>
/// <param name="Says">What is required, in our words.</param>
/// <param name="Section">The heading under which the specification says it.</param>
/// <param name="Announced">The feature as it is announced, such as <c>broker.event_history</c>; <c>caller.…</c> and the like by the .NET client.</param>
/// <param name="Decided">What we chose, and why, where the specification contradicts itself or leaves it open.</param>
/// <param name="Milder">Where we let pass what the letter forbids, or do less about it, and why.</param>
/// <param name="NotOffered">Why nothing shows it: a feature that is not there and not announced.</param>
/// <param name="NotOurs">Why nothing has to show it: a duty of others, or no behaviour at all.</param>
public sealed record Requirement(
    string Id,
    RequirementLevel Level,
    string Says,
    string? Section = null,
    string? Announced = null,
    string? Decided = null,
    string? Milder = null,
    string? NotOffered = null,
    string? NotOurs = null);

/// <summary>The requirements of one text of the specification.</summary>
/// <param name="Source">The file, such as <c>basic/sessions.md</c> below <c>rfc/text</c>; or what else the rows come from.</param>
/// <param name="Title">The heading in the table.</param>
/// <param name="Order">Where it comes in the table.</param>
/// <param name="Rows">In the order of the text.</param>
public sealed record RequirementFile(string Source, string Title, int Order, IReadOnlyList<Requirement> Rows);
