using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WampRouter.Hosting;
using WampRouter.Measures;
using WampRouter.Server.Logging;
using WampRouter.Storage;
using WampRouter.Tests.Configuration;
using WampRouter.Tests.Hosting;

namespace WampRouter.Tests;

/// <summary>The tables of docs/metrics.md and docs/logs.md are made from the code. With <c>WAMP_DOCUMENTS</c>, which names the folder of the documents, they are written; else they must be as they would be written.</summary>
public sealed class MadeDocumentsTests
{
    private const string HowTo = "write it with: WAMP_DOCUMENTS=docs dotnet test Router.Tests -c Release --filter FullyQualifiedName~MadeDocumentsTests";

    [TestCase("metrics.md", "instruments")]
    [TestCase("logs.md", "messages")]
    public void Document_Table_IsWhatTheCodeHas(string document, string table)
    {
        var made = table == "instruments" ? Instruments() : Messages();
        if (Environment.GetEnvironmentVariable("WAMP_DOCUMENTS") is { Length: > 0 } folder)
        {
            var target = Path.Combine(ShippedFiles.Root, folder, document);
            File.WriteAllText(target, Replace(File.ReadAllText(target), table, made));
        }

        var path = Path.Combine(ShippedFiles.Root, "docs", document);
        Assert.That(File.ReadAllText(path), Is.EqualTo(Replace(File.ReadAllText(path), table, made)), HowTo);
    }

    [Test]
    public void Instruments_All_BeginWithThePrefixAndAreThereOnce()
    {
        var names = Measures().Select(measure => measure.Name).ToArray();

        Assert.That(names, Is.All.Match(@"^wamp_router\.[a-z]+(\.[a-z_]+)*$"));
        Assert.That(names, Is.Unique);
        Assert.That(names, Has.None.EndsWith(".count").And.None.EndsWith(".sum").And.None.EndsWith(".total"), "Prometheus keeps these for parts of its own");
        Assert.That(names.Where(name => names.Any(other => other.StartsWith(name + ".", StringComparison.Ordinal))), Is.Empty, "a name that is also the beginning of another");
    }

    [Test]
    public void Messages_All_HaveAnIdOfTheirOwn() =>
        Assert.That(LogCategories.Messages().Select(message => message.Attribute.EventId), Is.Unique.And.All.GreaterThanOrEqualTo(1_000));

    [Test]
    public void Messages_All_HaveNoNamesOfTheCodeInThem()
    {
        // Who reads 'a Subscribe of' or 'ended: ClosedByPeer' reads the router's code.
        var named = from message in LogCategories.Messages()
                    from parameter in message.Method.GetParameters()
                    where parameter.ParameterType.IsEnum && parameter.ParameterType != typeof(LogLevel) && parameter.ParameterType != typeof(PosixSignal)
                    select $"{message.Attribute.EventId}: {parameter.Name}";

        Assert.That(named, Is.Empty);
    }

    [Test]
    public void Measures_OfARouter_ComeFromNowhereElse()
    {
        // What goes round the meter of the router would be missing in the document, and mix the routers of a process.
        var strangers = from project in (string[])["Router", "Router.Server", "Router.Sqlite"]
                        from file in Directory.EnumerateFiles(Path.Combine(ShippedFiles.Root, project), "*.cs", SearchOption.AllDirectories)
                        where Path.GetFileName(file) != "RouterMeter.cs" && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                        let source = File.ReadAllText(file)
                        where source.Contains("new Meter(", StringComparison.Ordinal) || source.Contains(".CreateCounter<", StringComparison.Ordinal) || source.Contains(".CreateObservable", StringComparison.Ordinal)
                        select Path.GetFileName(file);

        Assert.That(strangers, Is.Empty);
    }

    /// <summary>The name that an instrument has at <c>/metrics</c>: <c>ServedListenersTests</c> compares it with what is served.</summary>
    internal static string InPrometheus(Measure measure)
    {
        var name = measure.Name.Replace('.', '_');
        var unit = Unit(measure.Unit);
        var suffix = unit.StartsWith('{') || name.EndsWith($"_{unit}", StringComparison.Ordinal) ? "" : $"_{unit}";
        return $"{name}{suffix}{(measure.Kind == "counter" ? "_total" : "")}";
    }

    private static string Instruments()
    {
        var rows = from measure in Measures()
                   orderby measure.Name
                   select $"| `{measure.Name}` | `{InPrometheus(measure)}` | {measure.Kind} | {Unit(measure.Unit)} | {string.Join(", ", measure.Tags.Select(tag => $"`{tag}`"))} | {measure.Description} |";
        return Table("| name | at `/metrics` | kind | unit | tags | what it tells |\n|---|---|---|---|---|---|", rows);
    }

    private static string Messages()
    {
        var rows = from message in LogCategories.Messages()
                   let attribute = message.Attribute
                   orderby attribute.EventId
                   select $"| {attribute.EventId} | {Level(attribute.Level)} | {CategoriesOf(message.Categories)} | {attribute.Message.Replace("|", "\\|", StringComparison.Ordinal)} |";
        return Table("| id | level | category | text |\n|--:|---|---|---|", rows);
    }

    private static string Unit(string unit) => unit switch { "By" => "bytes", "s" => "seconds", _ => unit };

    private static string CategoriesOf(Type[] categories) => categories.Length == 0 ? "as it concerns" : string.Join(", ", categories.Select(category => category.FullName!["WampRouter.".Length..]));

    private static string Level(LogLevel level) => level == LogLevel.None ? "as it concerns" : level.ToString();

    private static string Table(string head, IEnumerable<string> rows) => $"\n{head}\n{string.Join('\n', rows)}\n\n";

    private static string Replace(string text, string table, string made)
    {
        var (begin, end) = ($"<!-- made: {table} -->\n", "<!-- end -->");
        var from = text.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return new StringBuilder(text[..from]).Append(made).Append(text[text.IndexOf(end, from, StringComparison.Ordinal)..]).ToString();
    }

    /// <summary>All instruments of a router that has everything.</summary>
    internal static IReadOnlyList<Measure> Measures()
    {
        var services = new ServiceCollection();
        services.AddWampRouter().AddRealm("realm1", OpenRealm.Describe).AddSqliteHistories();
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredKeyedService<HostedRouter>("");
        provider.GetRequiredService<IWampRouter>();
        provider.GetRequiredKeyedService<IDurableHistories>("");
        var meter = provider.GetRequiredKeyedService<RouterMeter>("");
        _ = new LogMetrics(meter);
        return meter.Measures;
    }
}
