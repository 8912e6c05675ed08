using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Switchboard.Client;
using Switchboard.Protocol.Operations;

namespace Switchboard.Tests.Client.Resources;

/// <summary>Every method of the client sends the request of its operation.</summary>
public sealed partial class EveryMethodTests
{
    private const string Id = "a b/c";

    public static IEnumerable<TheoryDataRow<string>> Operations => ClientMethods.All.Select(method => new TheoryDataRow<string>(method.Operation));

    [Theory]
    [MemberData(nameof(Operations), DisableDiscoveryEnumeration = true)]
    public async Task A_method_sends_the_method_and_path_of_its_operation(string id)
    {
        var operation = OpenAIOperations.All.Single(known => known.Id == id);
        var place = ClientMethods.All.Single(method => method.Operation == id);
        using var handler = new RecordingHandler();
        using var client = new SwitchboardClient(new SwitchboardClientOptions { ApiKey = "sk-test", AdminApiKey = "sk-admin", ReadsEnvironment = false, BaseUrl = new Uri("http://localhost/v1"), HttpHandler = handler, MaxRetries = 0 });
        var expected = PathParameter().Replace(operation.Path, Uri.EscapeDataString(Id)).Split('?');

        foreach (var method in ResourceTree.MethodsOf(place))
        {
            handler.Last = null;
            await Send(method, ResourceTree.Find(client, place.Resource));

            Assert.True(handler.Last is not null, method.ToString());
            Assert.Equal(operation.Method, handler.Last.Method);
            Assert.Equal("/v1" + expected[0], handler.Last.Address.AbsolutePath);
            Assert.Equal(expected.Length > 1, handler.Last.Address.Query.Contains("beta=true", StringComparison.Ordinal));
            if (method.ReturnType.Name.StartsWith("ApiStream", StringComparison.Ordinal))
            {
                Assert.Contains("stream", handler.Last.Address.Query + handler.Last.Body, StringComparison.Ordinal);
            }
        }
    }

    /// <summary>Calls a method with made-up arguments as far as its request; how the call ends does not matter.</summary>
    private static async Task Send(MethodInfo method, object resource)
    {
        var callable = method.IsGenericMethod ? method.MakeGenericMethod([.. method.GetGenericArguments().Select(_ => typeof(JsonElement))]) : method;
        var answer = callable.Invoke(resource, [.. callable.GetParameters().Select(Argument)])!;
        try
        {
            await (answer is Task task ? task : First((dynamic)answer));
        }
        catch (ApiException)
        {
        }
    }

    private static async Task First<T>(IAsyncEnumerable<T> items)
    {
        await foreach (var _ in items)
        {
            break;
        }
    }

    private static object? Argument(ParameterInfo parameter) => parameter.ParameterType switch
    {
        { IsGenericType: true } type when type.GetGenericTypeDefinition() == typeof(JsonTypeInfo<>) => JsonSerializerOptions.Default.GetTypeInfo(typeof(JsonElement)),
        _ when parameter is { HasDefaultValue: true, Name: not "request" } => parameter.ParameterType == typeof(CancellationToken) ? TestContext.Current.CancellationToken : null,
        var type when type == typeof(string) => Id,
        var type when type == typeof(JsonElement) => JsonElement.Parse("{}"),
        var type when type.IsAssignableTo(typeof(IQueryParameters)) => Activator.CreateInstance(type),
        var type => JsonSerializer.Deserialize("{}", type),
    };

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex PathParameter();

    private sealed record Sent(string Method, Uri Address, string Body);

    /// <summary>Keeps what was sent and refuses it.</summary>
    private sealed class RecordingHandler : HttpMessageHandler
    {
        public Sent? Last { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            Last = new Sent(request.Method.Method, request.RequestUri!, body);
            return new HttpResponseMessage(HttpStatusCode.BadRequest) { Content = new StringContent("{\"error\":{\"message\":\"no\"}}", Encoding.UTF8, "application/json") };
        }
    }
}
