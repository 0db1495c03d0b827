using SharpFuzz;

namespace WampRouter.Fuzzing;

/// <summary>What afl++ feeds: docs/testing.md says how. The router's assembly beside this one is instrumented, so that afl++ sees which ways its inputs go.</summary>
internal static class Program
{
    private const string Usage = """
        WampRouter.Fuzzing seeds TARGET FOLDER   writes what afl++ begins with
        WampRouter.Fuzzing fuzz TARGET           is run by afl-fuzz, and reads what that makes up
        WampRouter.Fuzzing run TARGET FILE       reads one input, to see a failure again; beside an assembly that is not instrumented
        TARGET: (wire|session)-(json|messagepack|cbor)
        """;

    private static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["seeds", var name, var folder] when Target.Find(name) is { } target:
                Directory.CreateDirectory(folder);
                foreach (var (index, seed) in target.Seeds().Index())
                {
                    File.WriteAllBytes(Path.Combine(folder, $"{index:00}"), seed);
                }

                return 0;
            case ["fuzz", var name] when Target.Find(name) is { } target:
                var input = new byte[Target.MaxBytes];
                Fuzzer.OutOfProcess.Run(stream => target.Take(input.AsSpan(0, stream.ReadAtLeast(input, input.Length, throwOnEndOfStream: false))));
                return 0;
            case ["run", var name, var file] when Target.Find(name) is { } target:
                target.Take(File.ReadAllBytes(file));
                return 0;
            default:
                Console.Error.WriteLine(Usage);
                return 2;
        }
    }
}
