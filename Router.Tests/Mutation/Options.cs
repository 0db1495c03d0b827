using System.Globalization;
using System.Text.RegularExpressions;

namespace WampRouter.Mutation;

/// <summary>What the command line says.</summary>
internal sealed class Options
{
    public const string Usage = """
        dotnet run --project Router.Tests/Mutation -c Release -- [OPTION...]
          --mutate PATH,...   folders or files to put faults into (default: Router/Realms,Router/Sessions,Router/Transports,Clients/WampRouter.Client)
          --sample N          try N of them, spread evenly over the folders (default: all)
          --seed N            which of them (default: 1)
          --only ID,...       try these, by number
          --skip REGEX        tests to do without (default: the conformance suites except Memory with JSON and BatchedWebSocket with CBOR)
          --seconds N         run tests of so many seconds at most against one fault, the nearest ones first (default: 60)
          --scratch FOLDER    where the mutated copy is built (default: artifacts/mutation/scratch)
          --reuse             take the copy and the coverage that are there
          --report FILE       where the result goes (default: artifacts/mutation/report.md)
        """;

    public IReadOnlyList<string> Mutate { get; private set; } = ["Router/Realms", "Router/Sessions", "Router/Transports", "Clients/WampRouter.Client"];

    public int Sample { get; private set; } = int.MaxValue;

    public int Seed { get; private set; } = 1;

    public IReadOnlyList<int> Only { get; private set; } = [];

    public Regex Skip { get; private set; } = new(@"\.Conformance\.Suites\.\w+\((?!Memory,Json|BatchedWebSocket,Cbor)");

    public double Seconds { get; private set; } = 60;

    public string Scratch { get; private set; } = Path.Combine("artifacts", "mutation", "scratch");

    public bool Reuse { get; private set; }

    public string Report { get; private set; } = Path.Combine("artifacts", "mutation", "report.md");

    /// <summary>Null where there is something that is not understood.</summary>
    public static Options? Parse(string[] arguments)
    {
        var options = new Options();
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--reuse")
            {
                options.Reuse = true;
            }
            else if (++i == arguments.Length || !options.Take(arguments[i - 1], arguments[i]))
            {
                return null;
            }
        }

        return options;
    }

    private bool Take(string name, string value)
    {
        switch (name)
        {
            case "--mutate":
                Mutate = value.Split(',');
                return true;
            case "--sample":
                Sample = Number(value);
                return true;
            case "--seed":
                Seed = Number(value);
                return true;
            case "--only":
                Only = [.. value.Split(',').Select(Number)];
                return true;
            case "--skip":
                Skip = new Regex(value);
                return true;
            case "--seconds":
                Seconds = Number(value);
                return true;
            case "--scratch":
                Scratch = value;
                return true;
            case "--report":
                Report = value;
                return true;
            default:
                return false;
        }
    }

    private static int Number(string value) => int.Parse(value, CultureInfo.InvariantCulture);
}
