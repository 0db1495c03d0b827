using System.Text;
using WampRouter.Realms.Patterns;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Realms.Patterns;

/// <summary>rfc/text/advanced/pubsub_pattern_based_subscription.md and rpc_pattern_based_registration.md.</summary>
public sealed class PatternTrieTests
{
    private static readonly (MatchPolicy Match, string Pattern)[] SpecifiedRegistrations =
    [
        (MatchPolicy.Prefix, "a1.b2.c3"),
        (MatchPolicy.Prefix, "a1.b2.c3.d4"),
        (MatchPolicy.Wildcard, "a1.b2..d4.e5"),
        (MatchPolicy.Wildcard, "a1.b2.c33..e5"),
        (MatchPolicy.Wildcard, "a1.b2..d4.e5..g7"),
        (MatchPolicy.Wildcard, "a1.b2..d4..f6.g7"),
    ];

    [TestCase("a1.b2.c3.d98.e74", "a1.b2.c3")]
    [TestCase("a1.b2.c3.d4.e325", "a1.b2.c3.d4")]
    [TestCase("a1.b2.c55.d4.e5", "a1.b2..d4.e5")]
    [TestCase("a1.b2.c33.d4.e5", "a1.b2.c33..e5")]
    [TestCase("a1.b2.c88.d4.e5.f6.g7", "a1.b2..d4.e5..g7")]
    [TestCase("a2.b2.c2.d2.e2", null)]
    public void FindBest_ExamplesOfTheSpecification_TakeTheirPrecedenceInAnyOrderOfRegistration(string uri, string? expected)
    {
        foreach (var order in new[] { SpecifiedRegistrations, [.. SpecifiedRegistrations.Reverse()] })
        {
            Assert.That(Trie(order).FindBest(Utf8(uri)), Is.EqualTo(expected));
        }
    }

    [TestCase("a1.b2.c3-d4", "a1.b2.c3")]
    [TestCase("a1.b2.c33", "a1.b2.c3")]
    public void FindBest_PrefixEndsInsideAComponentAndNothingElseMatches_IsTaken(string uri, string expected) =>
        Assert.That(Trie(SpecifiedRegistrations).FindBest(Utf8(uri)), Is.EqualTo(expected));

    [TestCase("com.myapp.topic.emergency.11", true)]
    [TestCase("com.myapp.topic.emergency-low", true)]
    [TestCase("com.myapp.topic.emergency.category.severe", true)]
    [TestCase("com.myapp.topic.emergency", true)]
    [TestCase("com.myapp.topic.emerge", false)]
    public void CollectMatches_PrefixExamplesOfTheSpecification_AreStringPrefixes(string uri, bool matches) =>
        Assert.That(Matches(Trie((MatchPolicy.Prefix, "com.myapp.topic.emergency")), uri), Has.Count.EqualTo(matches ? 1 : 0));

    [TestCase("com.myapp.foo.userevent", true)]
    [TestCase("com.myapp.a12.userevent", true)]
    [TestCase("com.myapp.foo.userevent.bar", false)]
    [TestCase("com.myapp.foo.user", false)]
    [TestCase("com.myapp2.foo.userevent", false)]
    [TestCase("com.myapp.foo.bar.userevent", false)]
    public void CollectMatches_WildcardExamplesOfTheSpecification_ReplaceOneComponent(string uri, bool matches) =>
        Assert.That(Matches(Trie((MatchPolicy.Wildcard, "com.myapp..userevent")), uri), Has.Count.EqualTo(matches ? 1 : 0));

    [TestCase(nameof(MatchPolicy.Prefix), "", "a", true)]
    [TestCase(nameof(MatchPolicy.Prefix), "a.", "a.b", true)]
    [TestCase(nameof(MatchPolicy.Prefix), "a.", "a", false)]
    [TestCase(nameof(MatchPolicy.Prefix), "a..", "a.b", false)]
    [TestCase(nameof(MatchPolicy.Wildcard), "", "a", true)]
    [TestCase(nameof(MatchPolicy.Wildcard), "", "a.b", false)]
    [TestCase(nameof(MatchPolicy.Wildcard), ".", "a.b", true)]
    [TestCase(nameof(MatchPolicy.Wildcard), "..", "a.b", false)]
    [TestCase(nameof(MatchPolicy.Wildcard), ".b", "a.b", true)]
    [TestCase(nameof(MatchPolicy.Wildcard), "a.", "a.b", true)]
    [TestCase(nameof(MatchPolicy.Wildcard), "a.", "a", false)]
    [TestCase(nameof(MatchPolicy.Wildcard), "a.b", "a.b", true)]
    [TestCase(nameof(MatchPolicy.Wildcard), "é.", "é.ü", true)]
    public void CollectMatches_EdgesOfAPattern_MatchAsTheyRead(string match, string pattern, string uri, bool matches) =>
        Assert.That(Matches(Trie((Enum.Parse<MatchPolicy>(match), pattern)), uri), Has.Count.EqualTo(matches ? 1 : 0));

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void AddAndRemove_RandomPatterns_AgreeWithAComparisonOneByOne(int seed)
    {
        var random = new Random(seed);
        var trie = new PatternTrie<string>();
        var reference = new HashSet<(MatchPolicy Match, string Pattern)>();
        for (var step = 0; step < 3_000; step++)
        {
            var pattern = (random.Next(2) == 0 ? MatchPolicy.Prefix : MatchPolicy.Wildcard, RandomPattern(random));
            if (random.Next(100) < 55)
            {
                trie.Add(pattern.Item1, Utf8(pattern.Item2), pattern.Item2);
                reference.Add(pattern);
            }
            else
            {
                Assert.That(trie.Remove(pattern.Item1, Utf8(pattern.Item2)), Is.EqualTo(reference.Remove(pattern)));
            }

            Assert.That(trie.Count, Is.EqualTo(reference.Count));
            Assert.That(trie.Find(pattern.Item1, Utf8(pattern.Item2)), Is.EqualTo(reference.Contains(pattern) ? pattern.Item2 : null));
            var uri = RandomUri(random);
            Assert.That(Matches(trie, uri), Is.EquivalentTo(reference.Where(p => IsMatch(p.Match, p.Pattern, uri)).Select(p => p.Pattern)), uri);
            Assert.That(trie.FindBest(Utf8(uri)), Is.EqualTo(Best(reference, uri)), uri);
        }
    }

    [Test]
    public void Remove_EveryPattern_LeavesNothingToMatch()
    {
        var trie = Trie(SpecifiedRegistrations);

        foreach (var (match, pattern) in SpecifiedRegistrations)
        {
            Assert.That(trie.Remove(match, Utf8(pattern)), Is.True);
        }

        Assert.That(trie.Count, Is.Zero);
        Assert.That(Matches(trie, "a1.b2.c3.d4"), Is.Empty);
    }

    [Test]
    public void Version_EachChangeAndNothingElse_MovesIt()
    {
        var trie = new PatternTrie<string>();
        var before = trie.Version;

        trie.Remove(MatchPolicy.Prefix, "a"u8);
        Assert.That(trie.Version, Is.EqualTo(before));
        trie.Add(MatchPolicy.Prefix, "a"u8, "a");
        var added = trie.Version;
        Assert.That(added, Is.GreaterThan(before));
        trie.Remove(MatchPolicy.Prefix, "a"u8);
        Assert.That(trie.Version, Is.GreaterThan(added));
    }

    [Test]
    public async Task CollectMatches_WhileAnotherThreadChangesOtherPatterns_AlwaysFindsTheSteadyOnes()
    {
        var trie = Trie((MatchPolicy.Prefix, "com.a"), (MatchPolicy.Wildcard, "com..x"));
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                var (match, pattern) = (i % 2 == 0 ? MatchPolicy.Prefix : MatchPolicy.Wildcard, Utf8($"com.a{i % 7}."));
                trie.Add(match, pattern, "passing");
                trie.Remove(match, pattern);
            }
        });

        for (var i = 0; i < 5_000; i++)
        {
            Assert.That(Matches(trie, "com.a1.x").Where(pattern => pattern != "passing"), Is.EqualTo(new[] { "com.a", "com..x" }));
        }

        await stop.CancelAsync();
        await writer.Soon();
    }

    private static PatternTrie<string> Trie(params (MatchPolicy Match, string Pattern)[] patterns)
    {
        var trie = new PatternTrie<string>();
        foreach (var (match, pattern) in patterns)
        {
            trie.Add(match, Utf8(pattern), pattern);
        }

        return trie;
    }

    private static List<string> Matches(PatternTrie<string> trie, string uri)
    {
        var matches = new List<string>();
        trie.CollectMatches(Utf8(uri), matches);
        return matches;
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static string RandomUri(Random random) => string.Join('.', Enumerable.Range(0, random.Next(1, 6)).Select(_ => RandomComponent(random)));

    private static string RandomPattern(Random random) =>
        string.Join('.', Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(3) == 0 ? "" : RandomComponent(random)));

    private static string RandomComponent(Random random) => new string('a', random.Next(0, 3)) + (char)('a' + random.Next(3));

    private static bool IsMatch(MatchPolicy match, string pattern, string uri)
    {
        if (match == MatchPolicy.Prefix)
        {
            return uri.StartsWith(pattern, StringComparison.Ordinal);
        }

        var (wanted, given) = (pattern.Split('.'), uri.Split('.'));
        return wanted.Length == given.Length && wanted.Zip(given).All(pair => pair.First.Length == 0 || pair.First == pair.Second);
    }

    /// <summary>The precedence as the specification words it: runs of literal components, compared one after the other. A prefix that ends inside a component comes last.</summary>
    private static string? Best(IEnumerable<(MatchPolicy Match, string Pattern)> patterns, string uri)
    {
        var matching = patterns.Where(p => IsMatch(p.Match, p.Pattern, uri)).ToList();
        var prefixes = matching.Where(p => p.Match == MatchPolicy.Prefix).OrderByDescending(p => p.Pattern.Length).ToLookup(p => EndsWithAComponent(p.Pattern, uri));
        var wildcards = matching.Where(p => p.Match == MatchPolicy.Wildcard)
            .OrderByDescending(p => string.Concat(Runs(p.Pattern).Select(length => (char)('0' + length))), StringComparer.Ordinal);
        return prefixes[true].Concat(wildcards).Concat(prefixes[false]).Select(p => p.Pattern).FirstOrDefault();
    }

    private static bool EndsWithAComponent(string prefix, string uri) =>
        prefix.Length == 0 || prefix.EndsWith('.') || prefix == uri || uri[prefix.Length] == '.';

    private static IEnumerable<int> Runs(string pattern)
    {
        var run = 0;
        foreach (var component in pattern.Split('.'))
        {
            run++;
            if (component.Length == 0)
            {
                yield return run - 1;
                run = 0;
            }
        }

        yield return run;
    }
}
