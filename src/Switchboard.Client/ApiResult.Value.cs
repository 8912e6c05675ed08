namespace Switchboard.Client;

/// <summary>An answer and how it came. It stands in for its value: <c>ChatCompletion completion = await …CreateAsync(…)</c>.</summary>
/// <typeparam name="T">What was answered.</typeparam>
public sealed class ApiResult<T> : ApiResult
{
    internal ApiResult(T value, HttpResponseMessage response, TimeSpan duration, int retries)
        : base(response, duration, retries) => Value = value;

    /// <summary>What was answered.</summary>
    public T Value { get; }

    /// <summary>The value.</summary>
    public static implicit operator T(ApiResult<T> result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Value;
    }
}
