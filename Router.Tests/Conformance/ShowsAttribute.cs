using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace WampRouter.Tests.Conformance;

/// <summary>
/// Says which rows of the conformance table (docs/conformance.md) a test shows, by their ids: see <see cref="Requirement"/>. On a fixture it holds for every test of it.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class ShowsAttribute(params string[] requirements) : NUnitAttribute, IApplyToTest
{
    /// <summary>Under this name a test has them as properties.</summary>
    internal const string Property = "Shows";

    /// <summary>The ids.</summary>
    public IReadOnlyList<string> Requirements { get; } = requirements;

    /// <inheritdoc />
    public void ApplyToTest(Test test)
    {
        foreach (var requirement in Requirements)
        {
            test.Properties.Add(Property, requirement);
        }
    }
}
