using System.Reflection;
using Switchboard.Client;

namespace Switchboard.Tests.Client.Calls;

/// <summary>What a method of the client gave, whatever its kind: one value, the events of a stream, the items of pages, or bytes.</summary>
/// <param name="Result">The answer's head; null of pages.</param>
/// <param name="ValueType">The type of the values; null where the answer has none.</param>
/// <param name="Values">The values.</param>
/// <param name="Content">The bytes, where the answer is bytes.</param>
internal sealed record CallOutcome(ApiResult? Result, Type? ValueType, IReadOnlyList<object?> Values, byte[]? Content = null)
{
    /// <summary>Calls a method and reads its answer to the end; of pages, the first item.</summary>
    public static Task<CallOutcome> OfAsync(MethodInfo method, object resource, object?[] arguments) =>
        (Task<CallOutcome>)Read((dynamic)method.Invoke(resource, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null)!);

    private static async Task<CallOutcome> Read(Task<ApiResult> call) => new(await call, null, []);

    private static async Task<CallOutcome> Read<T>(Task<ApiResult<T>> call) => await call is var result ? new(result, typeof(T), [result.Value]) : throw new InvalidOperationException();

    private static async Task<CallOutcome> Read(Task<ApiContent> call)
    {
        await using var content = await call;
        return new(content.Result, null, [], await content.ReadBytesAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<CallOutcome> Read<T>(ApiStream<T> stream)
    {
        var head = await stream.ConnectAsync(TestContext.Current.CancellationToken);
        var events = new List<object?>();
        await foreach (var value in stream)
        {
            events.Add(value);
        }

        return new(head, typeof(T), events);
    }

    private static async Task<CallOutcome> Read<TItem, TPage>(PagedItems<TItem, TPage> pages)
    {
        await foreach (var item in pages)
        {
            return new(null, typeof(TItem), [item]);
        }

        return new(null, typeof(TItem), []);
    }
}
