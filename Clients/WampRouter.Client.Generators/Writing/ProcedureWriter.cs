namespace WampRouter.Client.Generators;

/// <summary>Writes the function that gives a procedure's invocations to an object.</summary>
internal static class ProcedureWriter
{
    public static void Write(CodeWriter code, ContractModel contract, MethodModel method, int number)
    {
        var isStream = method.Returns.Shape == ReturnShape.Stream;
        code.Open($"private static {(isStream ? string.Empty : "async ")}{Code.Tasks}Task<{Code.Client}WampPayload?> Procedure{number}({contract.FullName} implementation, {Code.Client}WampInvocation invocation)");
        var values = ArgumentWriter.Write(code, method, "invocation");
        var call = $"(({method.Owner})implementation).{method.Name}({string.Join(", ", values)})";
        if (isStream)
        {
            code.Line($"return invocation.ReportAllAsync({Payloads(call, method.Returns)});");
        }
        else if (method.Returns.Result.Length == 0)
        {
            code.Line($"await {call}.ConfigureAwait(false);");
            code.Line("return null;");
        }
        else
        {
            code.Line($"var result = await {call}.ConfigureAwait(false);");
            code.Line($"return {Payload(method.Returns)};");
        }

        code.Close();
    }

    private static string Payload(ReturnModel returns) =>
        returns.IsArguments ? (returns.CanBeNull ? "result is null ? null : " : string.Empty) + $"{Code.Client}WampPayload.FromArguments(result)"
        : returns.Spread.Count > 0 ? Code.PayloadOf("result", returns)
        : Code.Payload(["result"]);

    private static string Payloads(string results, ReturnModel returns) =>
        returns.Spread.Count > 0 ? $"{Code.Select}({results}, static result => {Code.PayloadOf("result", returns)})"
        : results;
}
