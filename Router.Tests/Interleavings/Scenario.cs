using Microsoft.Coyote.Specifications;

namespace WampRouter.Interleavings;

/// <summary>A few threads that meet, and what holds after it whoever was faster. It is run again and again, each time from the beginning and in another order.</summary>
/// <param name="Name">What meets.</param>
/// <param name="Run">Prepares, lets the rivals run, and looks at what came of it.</param>
internal sealed record Scenario(string Name, Action Run)
{
    /// <summary>Runs each on a thread of its own, to its end.</summary>
    public static void Meet(params Action[] rivals)
    {
        var tasks = new Task[rivals.Length];
        for (var i = 0; i < rivals.Length; i++)
        {
            var rival = rivals[i];
            tasks[i] = Task.Run(() => rival());     // a call, so that the rewriter sees it
        }

        Task.WaitAll(tasks);
    }

    /// <summary>What must hold.</summary>
    public static void Expect(bool holds, string what) => Specification.Assert(holds, "{0}", what);

    /// <summary>What must be so much.</summary>
    public static void ExpectEqual<T>(T actual, T expected, string what) =>
        Expect(EqualityComparer<T>.Default.Equals(actual, expected), $"{what}: expected {expected}, but was {actual}");
}
