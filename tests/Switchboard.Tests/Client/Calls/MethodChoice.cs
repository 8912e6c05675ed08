using System.Reflection;
using Switchboard.Client;
using Switchboard.Protocol.Multipart;
using Switchboard.Tests.Client.Resources;

namespace Switchboard.Tests.Client.Calls;

/// <summary>Finds the method of an operation for what is to be sent and answered.</summary>
internal static class MethodChoice
{
    public static ClientMethod PlaceOf(string operation) => ClientMethods.All.Single(method => method.Operation == operation);

    /// <summary>The method with the API's own types. Where one type is sent both as form and as JSON it is the only one.</summary>
    public static MethodInfo Typed(ClientMethod place, bool streams, bool isForm) => ResourceTree.MethodsOf(place)
        .Where(method => !method.IsGenericMethod && !IsPaged(method) && IsStream(method) == streams)
        .OrderByDescending(method => RequestOf(method)?.ParameterType.IsAssignableTo(typeof(IMultipartRequest)) == isForm)
        .First();

    public static ParameterInfo? RequestOf(MethodInfo method) => Array.Find(method.GetParameters(), parameter => parameter.Name == "request");

    public static bool IsStream(MethodInfo method) => Is(method, typeof(ApiStream<>));

    public static bool IsPaged(MethodInfo method) => Is(method, typeof(PagedItems<,>));

    private static bool Is(MethodInfo method, Type result) => method.ReturnType.IsGenericType && method.ReturnType.GetGenericTypeDefinition() == result;
}
