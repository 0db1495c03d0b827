namespace WampRouter.Client.Generators;

/// <summary>Writes the function that gives a topic's events to an object.</summary>
internal static class TopicWriter
{
    public static void Write(CodeWriter code, ContractModel contract, MethodModel method, int number)
    {
        code.Open($"private static {Code.Tasks}Task Topic{number}({contract.FullName} handler, {Code.Client}WampEvent message)");
        var values = ArgumentWriter.Write(code, method, "message");
        var asTask = method.Returns.Shape == ReturnShape.ValueTask ? ".AsTask()" : string.Empty;
        code.Line($"return (({method.Owner})handler).{method.Name}({string.Join(", ", values)}){asTask};");
        code.Close();
    }
}
