  '') fail 'which environment? One of [[ environment_names | raw ]]' ;;
  *) fail "there is no environment $env on Cloud Run: expected one of [[ environment_names | raw ]]" ;;
esac
